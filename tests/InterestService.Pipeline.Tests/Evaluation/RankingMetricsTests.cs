using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Evaluation;

public sealed class RankingMetricsTests
{
    /// <summary>Users a and b both have item 0 of 30 items.</summary>
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Log(
        [("a", "i0", "view", 0), ("b", "i0", "view", 0), .. Enumerable.Range(1, 29).Select(item => ("c", (string?)$"i{item}", "view", (double)item))]));

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, .6309297535714575)] // 1 / log2(3)
    [InlineData(10, 1, .2890648263178879)] // 1 / log2(11)
    [InlineData(11, 0, 0)]
    public void Only_the_rank_among_unseen_items_counts(int rank, double recall, double ndcg)
    {
        // Item 0 has the highest score but is already seen; items 1, 2, ... follow.
        var quality = RankingMetrics.Evaluate(Descending, _set, new HeldOutItems([0, 1], [rank, rank]));
        Assert.Equal(recall, quality.RecallAt10, 1e-12);
        Assert.Equal(ndcg, quality.NdcgAt10, 1e-12);
        Assert.Equal(2, quality.SampleSize);
    }

    [Fact]
    public void Metrics_include_their_standard_error()
    {
        var quality = RankingMetrics.Evaluate(Descending, _set, new HeldOutItems([0, 1], [1, 20]));
        Assert.Equal(.5, quality.RecallAt10, 1e-12);
        Assert.Equal(.5, quality.RecallAt10StandardError, 1e-12); // sqrt(.5 / 2)
    }

    [Fact]
    public void A_constant_scorer_has_recall_0() =>
        Assert.Equal(0, RankingMetrics.Evaluate((set, users) => new Matrix(users.Length, set.ItemCount), _set, new HeldOutItems([0], [5])).RecallAt10);

    [Fact]
    public void An_evaluation_without_held_out_items_is_rejected() =>
        Assert.Throws<ArgumentException>(() => RankingMetrics.Evaluate(Descending, _set, new HeldOutItems([], [])));

    private static Matrix Descending(InteractionSet set, int[] users) =>
        new(users.Length, set.ItemCount, [.. users.SelectMany(_ => Enumerable.Range(0, set.ItemCount).Select(item => -(float)item))]);
}
