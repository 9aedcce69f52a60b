using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
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
        // Item 0 scores best but is known; items 1, 2, ... follow.
        var quality = Evaluate(Descending, new HeldOutItems([0, 1], [rank, rank]));
        Assert.Equal(recall, quality.RecallAt10, 1e-12);
        Assert.Equal(ndcg, quality.NdcgAt10, 1e-12);
        Assert.Equal(2, quality.SampleSize);
    }

    [Fact]
    public void Metrics_include_their_standard_error()
    {
        var quality = Evaluate(Descending, new HeldOutItems([0, 1], [1, 20]));
        Assert.Equal(.5, quality.RecallAt10, 1e-12);
        Assert.Equal(.5, quality.RecallAt10StandardError, 1e-12); // sqrt(.5 / 2)
    }

    [Fact]
    public void A_scorer_that_says_nothing_does_not_hit() =>
        Assert.Equal(0, Evaluate(Scores(_ => 0), new HeldOutItems([0], [5])).RecallAt10);

    [Fact]
    public void Without_held_out_items_there_is_nothing_to_judge() =>
        Assert.Throws<ArgumentException>(() => Evaluate(Descending, new HeldOutItems([], [])));

    [Fact]
    public void A_score_that_is_not_a_number_ranks_last()
    {
        Assert.Equal(0, Evaluate(Scores(_ => float.NaN), new HeldOutItems([0], [5])).RecallAt10);
        Assert.Equal(0, Evaluate(Scores(item => item == 1 ? float.NaN : -item), new HeldOutItems([0], [1])).RecallAt10);
        // Items whose score is not a number precede nothing.
        Assert.Equal(1, Evaluate(Scores(item => item == 20 ? -1 : float.NaN), new HeldOutItems([0], [20])).NdcgAt10);
    }

    [Fact]
    public void Cancellation_stops_before_the_next_batch_of_users()
    {
        using var stop = new CancellationTokenSource();
        int batches = 0;
        int[] users = [.. Enumerable.Repeat(0, 2000)];
        Assert.ThrowsAny<OperationCanceledException>(() => RankingMetrics.Evaluate(
            (_, _, _) =>
            {
                batches++;
                stop.Cancel();
            },
            _set, new HeldOutItems(users, [.. users.Select(_ => 1)]), stop.Token));
        Assert.Equal(1, batches);
    }

    private static ItemScorer Descending { get; } = Scores(item => -item);

    private static RankingQuality Evaluate(ItemScorer score, HeldOutItems heldOut) =>
        RankingMetrics.Evaluate(score, _set, heldOut, TestContext.Current.CancellationToken);

    private static ItemScorer Scores(Func<int, float> score) => (_, users, scores) =>
    {
        for (int i = 0; i < users.Length; i++)
            for (int item = 0; item < scores.Columns; item++) scores.Row(i)[item] = score(item);
    };
}
