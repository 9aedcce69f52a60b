using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Tests.Preprocessing;

public sealed class BeginningsTests
{
    private static readonly CleaningOptions _cleaning = new();
    private static readonly WeightingOptions _weighting = new();

    [Fact]
    public void Histories_are_cut_after_1_2_4_items_as_long_as_the_whole_has_four_times_as_many()
    {
        var busy = Enumerable.Range(0, 17).Select(n => ("busy", (string?)$"item-{n:D2}", "view", (double)n));
        var again = ("busy", (string?)"item-00", "view", .5);
        var set = Events.Weigh(Events.Log([.. busy, again, ("calm", "item-00", "view", 0)]));
        var beginnings = Beginnings.Of(set, _cleaning, _weighting);
        Assert.Equal([0, 0, 0], beginnings.Users);
        Assert.Equal([1, 2, 4], beginnings.Set.ItemCounts);
        // A beginning lasts until the next new item: the repeated event belongs to the first.
        Assert.Equal([0, 2, 5, 10], beginnings.Set.Events.UserOffsets);
        Assert.Equal(set.Events.ItemIds, beginnings.Set.Events.ItemIds);
        Assert.Equal(["item-00", "item-01", "item-02", "item-03"], beginnings.Set.ColumnsOf(2).ToArray().Select(item => set.Events.ItemIds[item]));
    }

    [Fact]
    public void Only_the_most_active_quarter_is_looked_at()
    {
        var set = Events.Weigh(Events.Blocks(2, 20, 40, 60, seed: 1));
        var beginnings = Beginnings.Of(set, _cleaning, _weighting);
        int[] users = [.. beginnings.Users.Distinct()];
        Assert.Equal(10, users.Length);
        int least = users.Min(user => set.ItemCounts[user]);
        Assert.All(Enumerable.Range(0, 40).Except(users), user => Assert.True(set.ItemCounts[user] <= least));
    }

    [Fact]
    public void Where_nobody_has_done_much_it_is_all_users_as_they_are()
    {
        var set = Events.Weigh(Events.Log([("a", "x", "view", 0), ("b", "x", "view", 1), ("b", "y", "view", 2)]));
        var beginnings = Beginnings.Of(set, _cleaning, _weighting);
        Assert.Equal([0, 1], beginnings.Users);
        Assert.Equal(set.Columns, beginnings.Set.Columns);
    }
}
