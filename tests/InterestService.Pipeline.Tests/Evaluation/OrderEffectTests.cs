using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Evaluation;

/// <summary>How much of a ranking is due to the order of the events.</summary>
public sealed class OrderEffectTests
{
    private const int Items = 60;

    /// <summary>Users with six different items, of six consecutive numbers.</summary>
    private static readonly InteractionSet _set = TestEvents.Weight(TestEvents.Log([.. Enumerable.Range(0, 40).SelectMany(user =>
        Enumerable.Range(0, 6).Select(act => ($"u{user:00}", (string?)$"i{(user + (act * 10)) % Items:00}", "view", (double)act)))]));

    [Fact]
    public void A_scorer_that_reads_the_last_item_loses_by_the_shuffle()
    {
        var metrics = Evaluate(AfterTheLast, users: 40);
        Assert.Equal(1, metrics.RecallAt10);
        Assert.Equal(1 - metrics.RecallAt10Shuffled!.Value, metrics.OrderEffect!.Value, 1e-12);
        Assert.True(metrics.OrderEffect > 3 * metrics.OrderEffectStandardError, $"{metrics.OrderEffect} {metrics.OrderEffectStandardError}");
        Assert.Equal(metrics.RecallAt10Shuffled, Evaluate(AfterTheLast, users: 40).RecallAt10Shuffled);
    }

    [Fact]
    public void A_scorer_that_reads_no_order_loses_nothing()
    {
        var metrics = Evaluate(RankingBaselines.Popularity(_set), users: 40);
        Assert.Equal(metrics.RecallAt10, metrics.RecallAt10Shuffled);
        Assert.Equal(0, metrics.OrderEffect);
        Assert.Equal(0, metrics.OrderEffectStandardError);
    }

    [Fact]
    public void An_encoder_without_order_and_few_users_have_a_note()
    {
        var without = Evaluate(AfterTheLast, users: 40, seed: null);
        Assert.Null(without.OrderEffect);
        Assert.Contains("does not use the order", without.Notes["recallAt10Shuffled"], StringComparison.Ordinal);
        var few = Evaluate(AfterTheLast, users: HeldOutItems.Enough - 1);
        Assert.Null(few.RecallAt10Shuffled);
        Assert.Contains("19", few.Notes["orderEffect"], StringComparison.Ordinal);
    }

    [Fact]
    public void Shuffled_histories_have_the_same_events_weights_and_times()
    {
        using var shuffled = ShuffledHistories.Create(_set, [7, 3], seed: 1);
        Assert.Equal(["u07", "u03"], shuffled.Events.UserIds);
        int[] original = ItemsOf(_set, 7), items = ItemsOf(shuffled, 0);
        Assert.NotEqual(original, items);
        Assert.Equal(original.Order(), items.Order());
        Assert.Equal(_set.ColumnsOf(7), shuffled.ColumnsOf(0));
        Assert.Equal(_set.WeightsOf(3), shuffled.WeightsOf(1));
        Assert.Equal(_set.Events.Times.Span[(3 * 6)..(4 * 6)], shuffled.Events.Times.Span[6..12]);

        static int[] ItemsOf(InteractionSet set, int user) => set.Events.Items.Span[set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1]].ToArray();
    }

    /// <summary>The held-out item of each user has the sixth number after the last one, which is none of the user's own.</summary>
    private static ClusteringMetrics Evaluate(ItemScorer scorer, int users, int? seed = 1)
    {
        int[] rows = [.. Enumerable.Range(0, users)];
        var test = new HeldOutItems(rows, [.. rows.Select(user => Next(Last(_set, user)))]);
        int[] clusters = new int[_set.UserCount];
        return new RankingEvaluator(_set, test, threads: 1, TestContext.Current.CancellationToken)
            .AddRanking(new ClusteringMetrics(), scorer, new Partition(clusters, clusters, 1), clusters, seed);
    }

    private static void AfterTheLast(InteractionSet set, int[] users, Matrix scores)
    {
        Array.Clear(scores.Values);
        for (int row = 0; row < users.Length; row++) scores.Row(row)[Next(Last(set, users[row]))] = 1;
    }

    private static int Last(InteractionSet set, int user) => set.Events.Items[set.Events.UserOffsets[user + 1] - 1];

    private static int Next(int item) => (item + 6) % Items;
}
