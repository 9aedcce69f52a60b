using CsCheck;
using InterestService.Pipeline.Evaluation.Agreement;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class AdjustedRandIndexTests
{
    [Theory]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 0, 1, 1 }, 1)]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 7, 7, 3, 3 }, 1)]
    [InlineData(new[] { 0, 0, 1, 2 }, new[] { 0, 0, 1, 1 }, .5714285714285714)]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 1, 0, 1 }, -.5)]
    [InlineData(new[] { 0, 0, 0, 0 }, new[] { 0, 1, 2, 3 }, 0)]
    [InlineData(new[] { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2 }, new[] { 0, 0, 1, 0, 1, 2, 1, 1, 2, 1, 2, 2 }, .28668941979522183)]
    [InlineData(new[] { 0, 1, 2 }, new[] { 5, 4, 3 }, 1)]
    [InlineData(new[] { 1 }, new[] { 2 }, 1)]
    [InlineData(new int[0], new int[0], 1)]
    public void The_index_matches_known_values(int[] first, int[] second, double expected) =>
        Assert.Equal(expected, AdjustedRandIndex.Compute(first, second), 1e-12);

    [Fact]
    public void The_index_is_symmetric_and_independent_of_label_values()
    {
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 60].Sample(pairs =>
        {
            int[] first = [.. pairs.Select(pair => pair.Item1)], second = [.. pairs.Select(pair => pair.Item2)];
            double index = AdjustedRandIndex.Compute(first, second);
            Assert.Equal(index, AdjustedRandIndex.Compute(second, first), 1e-12);
            Assert.Equal(index, AdjustedRandIndex.Compute([.. first.Select(label => 9 - label)], second), 1e-12);
            Assert.InRange(index, -.5, 1);
        });
    }

    [Fact]
    public void Independent_partitions_have_an_index_near_zero()
    {
        var random = new Random(1);
        int[] first = [.. Enumerable.Range(0, 20_000).Select(_ => random.Next(10))];
        int[] second = [.. Enumerable.Range(0, 20_000).Select(_ => random.Next(10))];
        Assert.Equal(0, AdjustedRandIndex.Compute(first, second), .002);
    }

    [Fact]
    public void Different_lengths_are_rejected() => Assert.Throws<ArgumentException>(() => AdjustedRandIndex.Compute([0], [0, 1]));
}
