using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class TruncatedHistoriesTests
{
    private static readonly EventMeanings _meanings = new();
    private static readonly WeightingOptions _weighting = new();

    [Fact]
    public void Histories_are_truncated_where_the_full_history_has_4_to_16_times_as_many_items()
    {
        var active = Enumerable.Range(0, 17).Select(n => ("busy", (string?)$"item-{n:D2}", "view", (double)n));
        var repeated = ("busy", (string?)"item-00", "view", .5);
        var set = TestEvents.Weight(TestEvents.Log([.. active, repeated, ("calm", "item-00", "view", 0)]));
        var truncated = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal([0, 0], truncated.Users);
        Assert.Equal([2, 4], truncated.Set.ItemCounts);
        // A truncated history lasts until the next new item, so both contain the repeated event.
        Assert.Equal([0, 3, 8], truncated.Set.Events.UserOffsets);
        Assert.Equal(set.Events.ItemIds, truncated.Set.Events.ItemIds);
        string[] longest = [.. truncated.Set.ColumnsOf(1).ToArray().Select(item => set.Events.ItemIds[item])];
        Assert.Equal(["item-00", "item-01", "item-02", "item-03"], longest);
    }

    [Fact]
    public void Many_users_are_sampled_evenly()
    {
        var set = TestEvents.Weight(TestEvents.Log([.. from user in Enumerable.Range(0, 4_500)
                                              from item in Enumerable.Range(0, 5)
                                              select ($"user-{user:D4}", (string?)$"item-{item}", "view", (double)item)]));
        var truncated = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal(Enumerable.Range(0, 1_500).Select(i => 3 * i), truncated.Users);
        Assert.All(truncated.Set.ItemCounts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void If_all_histories_are_short_all_users_are_returned_unchanged()
    {
        var set = TestEvents.Weight(TestEvents.Log([("a", "x", "view", 0), ("b", "x", "view", 1), ("b", "y", "view", 2)]));
        var truncated = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal([0, 1], truncated.Users);
        Assert.Equal(set.Columns, truncated.Set.Columns);
    }
}
