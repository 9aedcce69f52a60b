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
        var (clean, _) = EventCleaner.Clean(log, new CleaningOptions { MinimumItemUsers = 1 });
        Assert.Equal(["a", "c"], clean.UserIds); // "b" has only searches
        Assert.Equal([0, 0, 1], clean.Searches!.Offsets);
        Assert.Equal("red boots", clean.Searches.Texts[clean.Searches.Queries[0]]);
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
