using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class TruncatedHistoriesTests
{
    private static readonly EventMeanings _meanings = new();
    private static readonly WeightingOptions _weighting = new();

    [Fact]
    public void Histories_are_cut_where_the_whole_has_4_to_16_times_as_many_items()
    {
        var busy = Enumerable.Range(0, 17).Select(n => ("busy", (string?)$"item-{n:D2}", "view", (double)n));
        var again = ("busy", (string?)"item-00", "view", .5);
        var set = TestEvents.Weight(TestEvents.Log([.. busy, again, ("calm", "item-00", "view", 0)]));
        var beginnings = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal([0, 0], beginnings.Users);
        Assert.Equal([2, 4], beginnings.Set.ItemCounts);
        // A beginning lasts until the next new item, so the repeated event is in both.
        Assert.Equal([0, 3, 8], beginnings.Set.Events.UserOffsets);
        Assert.Equal(set.Events.ItemIds, beginnings.Set.Events.ItemIds);
        string[] longest = [.. beginnings.Set.ColumnsOf(1).ToArray().Select(item => set.Events.ItemIds[item])];
        Assert.Equal(["item-00", "item-01", "item-02", "item-03"], longest);
    }

    [Fact]
    public void Of_very_many_users_an_even_part_is_taken()
    {
        var set = TestEvents.Weight(TestEvents.Log([.. from user in Enumerable.Range(0, 4_500)
                                              from item in Enumerable.Range(0, 5)
                                              select ($"user-{user:D4}", (string?)$"item-{item}", "view", (double)item)]));
        var beginnings = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal(Enumerable.Range(0, 1_500).Select(i => 3 * i), beginnings.Users);
        Assert.All(beginnings.Set.ItemCounts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Where_nobody_has_done_much_it_is_all_users_as_they_are()
    {
        var set = TestEvents.Weight(TestEvents.Log([("a", "x", "view", 0), ("b", "x", "view", 1), ("b", "y", "view", 2)]));
        var beginnings = TruncatedHistories.Create(set, _meanings, _weighting);
        Assert.Equal([0, 1], beginnings.Users);
        Assert.Equal(set.Columns, beginnings.Set.Columns);
    }
}
