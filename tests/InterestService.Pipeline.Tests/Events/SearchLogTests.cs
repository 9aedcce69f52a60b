using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class SearchLogTests
{
    [Fact]
    public void Searches_stay_with_their_users_through_cleaning()
    {
        var log = Log();
        Assert.Equal([0, 0, 2, 3], log.Searches!.Offsets);
        var (clean, _) = EventCleaner.Clean(log, new CleaningOptions { MinimumItemUsers = 1 });
        Assert.Equal(["a", "c"], clean.UserIds); // "b" did nothing but search
        Assert.Equal([0, 0, 1], clean.Searches!.Offsets);
        Assert.Equal("red boots", clean.Searches.Texts[clean.Searches.Queries[0]]);
    }

    [Fact]
    public void Searches_are_weighed_as_events_are()
    {
        var set = InteractionWeighting.Apply(Log(), new CleaningOptions(), new WeightingOptions { HalfLifeDays = 1.0 / 24 }, now: TestEvents.Start.AddHours(2).ToUnixTimeMilliseconds());
        var searches = set.Searches!;
        Assert.Equal([0, 0, 1, 2], searches.RowOffsets);
        Assert.Equal(MathF.Log(1 + .25f + .5f), searches.Weights[0], 1e-5f); // twice the same query, two half-lives and one ago
        Assert.Equal(MathF.Log(1 + 1), searches.Weights[1], 1e-5f);
    }

    [Fact]
    public void Searches_of_a_type_without_weight_count_nothing()
    {
        var options = new CleaningOptions { TypeWeights = new Dictionary<string, float> { ["search"] = 0 } };
        Assert.Empty(InteractionWeighting.Apply(Log(), options, new WeightingOptions()).Searches!.Columns);
    }

    private static EventLog Log()
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
