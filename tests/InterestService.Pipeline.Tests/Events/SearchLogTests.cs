using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class SearchLogTests
{
    [Fact]
    public void Cleaning_keeps_searches_with_their_users()
    {
        var log = Log();
        Assert.Equal([0, 0, 2, 3], log.Searches!.Offsets);
        var (clean, _) = EventCleaner.Clean(log, new CleaningOptions { MinimumItemUsers = 1 }, new EventUse(Searches: SearchUse.WithItems));
        Assert.Equal(["a", "c"], clean.UserIds); // "b" has only searches
        Assert.Equal([0, 0, 1], clean.Searches!.Offsets);
        Assert.Equal("red boots", clean.Searches.Texts[clean.Searches.Queries[0]]);
    }

    [Fact]
    public void Who_only_searches_stays_where_searches_are_read_alone()
    {
        var (clean, steps) = EventCleaner.Clean(Log(), new CleaningOptions { MinimumItemUsers = 1 }, new EventUse(Searches: SearchUse.Alone));
        Assert.Equal(["a", "b", "c"], clean.UserIds);
        Assert.Equal([0, 1, 1, 2], clean.UserOffsets);
        Assert.Equal([0, 0, 2, 3], clean.Searches!.Offsets);
        Assert.Equal(["red boots", "wine"], clean.Searches.Texts);
        Assert.Equal((4, 3), (steps[^1].RemainingEvents, steps[^1].RemainingUsers));
        Assert.DoesNotContain(EventLog.NoItem, clean.Items);
        Assert.Null(EventCleaner.Clean(Log(), new CleaningOptions { MinimumItemUsers = 1 }).Log.Searches);
    }

    [Fact]
    public void A_search_counts_as_any_event_does()
    {
        var options = new CleaningOptions
        {
            MinimumItemUsers = 2,
            MinimumUserItems = 2,
            LatestTime = TestEvents.Start.AddDays(1),
            Meanings = new() { Weights = new Dictionary<string, float> { ["scan"] = 0 } },
        };
        var builder = new EventLogBuilder();
        Add("a", null, "search", 0, "wine"); // with one more query, a has the two that it needs
        Add("a", null, "search", 10_000, "wine");
        Add("a", null, "search", 90_000, "cheese");
        Add("b", null, "search", 0, "wine");
        Add("c", "rare", "search", 0, "old boots"); // the item has no support, and its query stays
        Add("c", null, "search", 90_000, "old shoes");
        Add("d", null, "scan", 0, "wine");
        Add("d", null, "search", 200_000_000, "wine");
        var (clean, steps) = EventCleaner.Clean(builder.Build(), options, new EventUse(Searches: SearchUse.Alone));
        Assert.Equal(["a", "c"], clean.UserIds);
        Assert.Equal(0, clean.EventCount);
        Assert.Equal([0, 2, 4], clean.Searches!.Offsets);
        Assert.Equal(
            [("withoutItem", 0), ("withoutWeight", 1), ("future", 1), ("repeated", 1), ("undone", 0), ("robots", 0), ("disliked", 0), ("support", 1)],
            steps.Select(step => (step.Step, step.RemovedEvents)));

        void Add(string user, string? item, string type, long after, string query) =>
            builder.Add(user, item, type, TestEvents.Start.ToUnixTimeMilliseconds() + after, query);
    }

    internal static EventLog Log()
    {
        var builder = new EventLogBuilder();
        long start = TestEvents.Start.ToUnixTimeMilliseconds(), hour = 3_600_000;
        builder.Add("a", "x", "view", start);
        builder.Add("b", null, "search", start, "wine");
        builder.Add("b", null, "search", start + hour, "wine");
        builder.Add("c", "x", "search", start + 2 * hour, "red boots");
        return builder.Build();
    }
}
