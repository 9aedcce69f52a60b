using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class InteractionWeightingTests
{
    private const double Day = 86_400;

    [Fact]
    public void A_weight_is_the_logarithm_of_a_sum_over_types_and_ages()
    {
        var log = TestEvents.Log(("a", "x", "view", 0), ("a", "x", "purchase", 10 * Day), ("a", "y", "view", 5 * Day), ("b", "y", "unheard", 10 * Day));
        var set = InteractionWeighting.Apply(log, new EventMeanings(), new WeightingOptions { HalfLifeDays = 10 });
        Assert.Equal([0, 2, 3], set.RowOffsets);
        Assert.Equal([0, 1, 1], set.Columns);
        Assert.Equal(Math.Log(1 + .5 + 4), set.Weights[0], 1e-6);
        Assert.Equal(Math.Log(1 + Math.Sqrt(.5)), set.Weights[1], 1e-6);
        Assert.Equal(Math.Log(2), set.Weights[2], 1e-6);
    }

    [Fact]
    public void Weights_include_those_of_the_source_and_of_feedback()
    {
        var meanings = new EventMeanings
        {
            SourceWeights = new Dictionary<string, float>(StringComparer.OrdinalIgnoreCase) { ["app"] = 3, ["bot"] = 0 },
            FeedbackWeight = .5f,
        };
        var (clean, steps) = EventCleaner.Clean(FromSources(), new CleaningOptions { Meanings = meanings, MinimumItemUsers = 1 });
        Assert.Equal(1, steps.Single(step => step.Step == "withoutWeight").RemovedEvents);
        var set = InteractionWeighting.Apply(clean, meanings, new WeightingOptions());
        Assert.Equal(["x", "y", "z"], set.Events.ItemIds);
        Assert.Equal([MathF.Log(1 + (4 * 3)), MathF.Log(1 + (3 * .5f)), MathF.Log(1 + .5f)], set.Weights, (a, b) => Math.Abs(a - b) < 1e-5);

        var sources = SourceShare.Compute(clean, meanings, new WeightingOptions());
        Assert.Equal([("App", 2L), (null, 1L)], sources.Select(source => (source.Source, source.Events)));
        Assert.Equal(13.5 / 14, sources[0].Share, 1e-9);
    }

    [Fact]
    public void A_user_with_only_old_events_has_positive_weights()
    {
        var set = TestEvents.Weight(TestEvents.Log(("a", "x", "view", 0), ("b", "x", "view", 100_000 * Day)));
        Assert.True(set.WeightsOf(0)[0] > 0);
    }

    [Fact]
    public void Searches_are_weighted_like_events()
    {
        var set = InteractionWeighting.Apply(SearchLogTests.Log(), new EventMeanings(), new WeightingOptions { HalfLifeDays = 1.0 / 24 }, now: TestEvents.Start.AddHours(2).ToUnixTimeMilliseconds());
        var searches = set.Searches!;
        Assert.Equal([0, 0, 1, 2], searches.RowOffsets);
        Assert.Equal(MathF.Log(1 + .25f + .5f), searches.Weights[0], 1e-5f); // the same query twice, two half-lives and one half-life ago
        Assert.Equal(MathF.Log(1 + 1), searches.Weights[1], 1e-5f);
    }

    [Fact]
    public void Searches_of_a_type_with_weight_0_are_ignored()
    {
        var meanings = new EventMeanings { Weights = new Dictionary<string, float> { ["search"] = 0 } };
        Assert.Empty(InteractionWeighting.Apply(SearchLogTests.Log(), meanings, new WeightingOptions()).Searches!.Columns);
    }

    private static EventLog FromSources()
    {
        var builder = new EventLogBuilder();
        builder.Add("a", "x", "purchase", 0, origin: new EventOrigin("App", false));
        builder.Add("a", "y", "view", 0, origin: new EventOrigin("App", true));
        builder.Add("a", "y", "view", 0, origin: new EventOrigin("Bot", false));
        builder.Add("a", "z", "view", 0, origin: new EventOrigin(null, true));
        return builder.Build();
    }
}
