using CsCheck;
using InterestService.Pipeline.Evaluation.Agreement;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class NormalizedMutualInformationTests
{
    [Theory]
    // scikit-learn
    [InlineData(new[] { 0, 0, 0, 1, 1, 1, 2, 2, 2, 2 }, new[] { 0, 0, 1, 1, 1, 2, 2, 2, -1, -1 }, .5759466679735676)]
    [InlineData(new[] { 0, 0, 0 }, new[] { 1, 2, 3 }, 0)]
    [InlineData(new[] { 0, 0 }, new[] { 1, 1 }, 1)]
    // Independent; identical with other label values; empty
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 1, 0, 1 }, 0)]
    [InlineData(new[] { 0, 0, 1, 2 }, new[] { 7, 7, -1, 3 }, 1)]
    [InlineData(new int[0], new int[0], 1)]
    public void The_index_matches_known_values(int[] first, int[] second, double expected) =>
        Assert.Equal(expected, NormalizedMutualInformation.Compute(first, second), 1e-12);

    [Fact]
    public void The_index_is_symmetric_and_independent_of_label_values()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 60].Sample(pairs =>
        {
            int[] first = [.. pairs.Select(pair => pair.Item1)], second = [.. pairs.Select(pair => pair.Item2)];
            double information = NormalizedMutualInformation.Compute(first, second);
            Assert.Equal(information, NormalizedMutualInformation.Compute(second, first), 1e-12);
            Assert.Equal(information, NormalizedMutualInformation.Compute([.. first.Select(label => 9 - label)], second), 1e-12);
            Assert.InRange(information, 0, 1);
        });
    }

    [Fact]
    public void Different_lengths_are_rejected() =>
        Assert.Throws<ArgumentException>(() => NormalizedMutualInformation.Compute([0], [0, 1]));
}
