using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Meaning;

public sealed class PreferencesTests
{
    private static readonly CleaningOptions _options = new() { MinimumItemUsers = 1 };

    [Fact]
    public void Ratings_count_around_the_mean_of_their_user()
    {
        var weights = Weigh(("u", "best", "rating", 0, 5), ("u", "mean", "rating", 1, 3), ("u", "worst", "rating", 2, 1));
        Assert.Equal(["u:best", "u:mean"], weights.Keys.Order());
        Assert.Equal(Math.Log(1 + 2), weights["u:best"], 1e-5);
        Assert.Equal(Math.Log(1 + .1), weights["u:mean"], 1e-5);
    }

    [Fact]
    public void Ratings_that_are_all_alike_count_around_the_middle_of_the_scale()
    {
        (string, string?, string, double, double?)[] scale = [("all", "a", "rating", 0, 1), ("all", "b", "rating", 1, 5)];
        var weights = Weigh([.. scale, ("five", "a", "rating", 0, 5), ("five", "b", "rating", 1, 5), ("one", "a", "rating", 0, 1), ("one", "b", "rating", 1, 1)]);
        Assert.Equal(["all:b", "five:a", "five:b"], weights.Keys.Order());
        Assert.Equal(Math.Log(1 + 2), weights["five:a"], 1e-5);
    }

    [Theory]
    [InlineData(100, 90, 5)]
    [InlineData(10, 9, 2)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 1, 0)]
    [InlineData(5, 4.5, .5)]
    public void On_every_scale_the_low_ones_are_dislikes(double top, double high, double low)
    {
        (string, string?, string, double, double?)[] others = [("a", "x", "rating", 0, top), ("a", "y", "rating", 1, low)];
        var weights = Weigh([.. others, ("u", "x", "rating", 0, low), ("u", "y", "rating", 1, high), ("u", "z", "rating", 2, high)]);
        Assert.Equal(["a:x", "u:y", "u:z"], weights.Keys.Order());
    }

    [Fact]
    public void Below_the_mean_and_yet_in_the_upper_half_is_no_dislike_and_counts_a_little()
    {
        var weights = Weigh(("u", "a", "rating", 0, 5), ("u", "b", "rating", 1, 5), ("u", "c", "rating", 2, 4), ("v", "a", "rating", 0, 1), ("v", "c", "rating", 1, 2));
        Assert.InRange(weights["u:c"], .01, weights["u:a"] - .01);
        Assert.True(weights.ContainsKey("v:c"), "Above the own mean is liked, however low.");
    }

    [Fact]
    public void Each_source_and_type_has_its_own_scale_and_a_given_one_comes_first()
    {
        var builder = new EventLogBuilder();
        foreach (var (source, type, value) in new[] { ("web", "rating", 5.0), ("app", "rating", 50.0), ("app", "thumbs", -1.0), ("web", "stars", 6.0) })
            builder.Add("u", $"{source}-{type}", type, 0, origin: new EventOrigin(source, false), value: value);
        var meanings = new EventMeanings
        {
            RatingScales = new Dictionary<string, RatingScale> { ["Stars"] = new(1, 7), ["web/stars"] = new(1, 6) },
            KnownScales = [new SourceScale("web", "rating", 0, 10)],
        };
        var (clean, _) = EventCleaner.Clean(builder.Build(), _options with { Meanings = meanings });
        Assert.Equal(
            [("web", "rating", 0, 10), ("app", "rating", 0, 10), ("app", "thumbs", -1, 1), ("web", "stars", 1, 6)],
            clean.RatingScales.OrderBy(scale => scale.EventType switch { "rating" => 0, "thumbs" => 2, _ => 3 }).ThenByDescending(scale => scale.Source)
                .Select(scale => (scale.Source!, scale.EventType, (int)scale.Low, (int)scale.High)));
    }

    [Fact]
    public void A_rating_without_a_value_counts_as_a_view()
    {
        var weights = Weigh(("u", "x", "review", 0, null), ("u", "y", "view", 0, 17));
        Assert.Equal(weights["u:y"], weights["u:x"], 1e-6);
    }

    [Theory]
    [InlineData("purchase", "thumbs_down")]
    [InlineData("view", "hide")]
    [InlineData("favourite", "dislike")]
    [InlineData("like", "dislike")]
    public void An_opinion_decides_whatever_was_done(string before, string against)
    {
        Assert.Empty(Weigh(("u", "x", before, 0, null), ("u", "x", "view", 100, null), ("u", "x", against, 200, null)));
        var (_, steps) = EventCleaner.Clean(TestEvents.Log(("u", "x", before, 0), ("u", "x", against, 200)), _options);
        Assert.Equal((2, 1), (steps.Single(step => step.Step == "disliked").RemovedEvents, steps.Single(step => step.Step == "disliked").RemovedUsers));
    }

    [Fact]
    public void Of_likes_and_dislikes_the_net_counts()
    {
        var weights = Weigh(("u", "x", "dislike", 0, null), ("u", "x", "love", 100, null), ("v", "x", "love", 0, null), ("v", "x", "block", 100, null), ("w", "x", "dislike", 0, null), ("w", "x", "like", 100, null));
        Assert.Equal(["u:x", "w:x"], weights.Keys.Order());
        Assert.Equal(Math.Log(1 + 1), weights["u:x"], 1e-5);
    }

    [Fact]
    public void A_type_of_ones_own_can_speak_against_an_item()
    {
        var meanings = new EventMeanings { Weights = new Dictionary<string, float> { ["bounce"] = -1 } };
        var log = TestEvents.Log(("u", "x", "Bounce", 0), ("u", "y", "view", 1));
        var (clean, _) = EventCleaner.Clean(log, _options with { Meanings = meanings });
        Assert.Equal(["y"], clean.ItemIds);
        var disliked = EventCleaner.SelectDisliked(log, _options with { Meanings = meanings }, _ => true);
        Assert.Equal(["x"], disliked.ItemIds);
    }

    [Fact]
    public void A_set_of_dislikes_has_their_strength()
    {
        var log = TestEvents.Valued(("u", "x", "rating", 0, 1), ("u", "y", "block", 0, null), ("u", "y", "view", 0, null), ("u", "z", "rating", 0, 5));
        var disliked = InteractionWeighting.Apply(EventCleaner.SelectDisliked(log, _options, _ => true), new EventMeanings(), new WeightingOptions(), disliked: true);
        Assert.Equal(["x", "y"], disliked.Events.ItemIds);
        Assert.Equal([MathF.Log(1 + 2), MathF.Log(1 + 3)], disliked.Weights, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    /// <summary>Weights of what is left after cleaning, by user and item.</summary>
    private static Dictionary<string, double> Weigh(params (string User, string? Item, string Type, double Seconds, double? Value)[] events)
    {
        var (clean, _) = EventCleaner.Clean(TestEvents.Valued(events), _options);
        using var set = InteractionWeighting.Apply(clean, new EventMeanings(), new WeightingOptions());
        return Enumerable.Range(0, set.UserCount)
            .SelectMany(user => set.ColumnsOf(user).ToArray().Zip(set.WeightsOf(user).ToArray(), (item, weight) => (Name: $"{clean.UserIds[user]}:{clean.ItemIds[item]}", weight)))
            .ToDictionary(pair => pair.Name, pair => (double)pair.weight);
    }
}
