using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Profiling;

namespace InterestService.Pipeline.Tests.Profiling;

public sealed class UserInterestsTests
{
    private static readonly DateTime _day = new(2024, 5, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly TimeSpan _repeatWindow = TimeSpan.FromSeconds(30);
    private static readonly ItemDescription _tent = new("Trail tent", ["Camping"]);

    private readonly InterestFeatures _features = new();

    [Fact]
    public void A_single_event_is_not_an_interest() => Assert.Empty(Find(Event("view", 0)));

    [Fact]
    public void Categories_items_and_terms_of_several_events_are_interests()
    {
        var interests = Find(Event("view", 0), Event("purchase", 1));
        Assert.Equal(
            [("category", "Camping"), ("item", "tent"), ("term", "tent"), ("term", "trail"), ("term", "trail tent")],
            interests.Select(interest => (interest.Dimension, interest.Name)).Order());
        Assert.All(interests, interest => Assert.Equal((2, _day.AddDays(1)), (interest.Events, interest.LastSeen)));
        Assert.Equal("Trail tent", interests.Single(interest => interest.Dimension == "item").Title);
    }

    [Fact]
    public void Spellings_of_a_category_are_one_interest_with_one_share()
    {
        var events = new[] { "Th\u00e9 vert", "the\u0301 vert", "TH\u00c9\u00a0VERT", "Th\u00e9 vert" }
            .Select((name, day) => Event($"tea-{day}", new ItemDescription(null, [name]), "view", day, null)).ToArray();
        events[0].Subject.Features[0].Share = .01;
        Assert.Equal("th\u00e9 vert", events[0].Subject.Features[0].Name);
        var interests = Find(events);
        var interest = Assert.Single(interests);
        Assert.Equal(("category", "Th\u00e9 vert", 4), (interest.Dimension, interest.Name, interest.Events));
        Assert.True(interest.Lift > 1);
    }

    [Fact]
    public void Intensity_grows_with_events_and_stays_below_1()
    {
        double few = Find(Event("view", 0), Event("view", 1))[0].Intensity;
        double many = Find([.. Enumerable.Range(0, 200).Select(day => Event("purchase", day * .1))])[0].Intensity;
        Assert.InRange(few, 0, many);
        Assert.InRange(many, .9, 1);
    }

    [Fact]
    public void The_intensity_of_old_events_decays()
    {
        var interests = Find(Event("view", 0), Event("view", 1), Other("view", 1000), Other("view", 1001));
        Assert.True(interests.Single(i => i.Name == "Camping").Intensity < interests.Single(i => i.Name == "Cooking").Intensity / 10);
    }

    [Theory]
    [InlineData("purchase", 1)]
    [InlineData("follow", 1)]
    [InlineData("thumbsDown", -1)]
    [InlineData("hide", -1)]
    [InlineData("view", 0)]
    public void Sentiment_follows_the_event_type(string type, double expected) =>
        Assert.Equal(expected, Find(Event(type, 0), Event(type, 1))[0].Sentiment, 1e-9);

    [Fact]
    public void Ratings_are_relative_to_the_users_mean()
    {
        var interests = Find(Event("rating", 0, 5), Event("view", 1), Other("rating", 0, 3), Other("view", 1));
        Assert.Equal(.5, interests.Single(i => i.Name == "Camping").Sentiment, 1e-9);
        Assert.Equal(-.5, interests.Single(i => i.Name == "Cooking").Sentiment, 1e-9);
    }

    [Theory]
    [InlineData(1, 5, 1)]
    [InlineData(1, 1, -1)]
    [InlineData(0, 100, 1)]
    [InlineData(0, 20, -.6)]
    [InlineData(-1, -1, -1)]
    [InlineData(-1, 1, 1)]
    public void Ratings_that_are_all_alike_count_around_the_middle_of_their_scale(double low, double value, double expected)
    {
        var meanings = new EventMeanings { KnownScales = [new SourceScale(null, "rating", low, low switch { 1 => 5, 0 => 100, _ => 1 })] };
        UserEvent[] events = [Event("rating", 0, value), Other("rating", 1, value), Event("view", 2), Other("view", 2)];
        var interests = Find(meanings, events)[0];
        Assert.Equal(2, interests.Count(i => i.Dimension == "category"));
        Assert.All(interests, interest => Assert.Equal(expected, interest.Sentiment, 1e-6));
    }

    [Fact]
    public void What_is_disliked_has_no_intensity_whatever_else_was_done_with_it()
    {
        var interests = Find(Event("purchase", 0), Event("dislike", 1), Event("view", 2), Event("thumbs_down", 3), Other("like", 1), Other("view", 2));
        Assert.All(interests.Where(i => i.Name is "Camping" or "tent" or "trail"), interest => Assert.Equal((0, -1), (interest.Intensity, interest.Sentiment)));
        Assert.True(interests.Single(i => i.Name == "Cooking").Intensity > .2);
    }

    [Fact]
    public void What_was_taken_back_is_no_interest()
    {
        var interests = Find(
            Event("bookmark", 0), Event("favourite", 1), Event("unfavourite", 2), Event("unbookmark", 3), Other("follow", 1), Other("unfollow", 2), Other("follow", 3), Other("view", 4));
        Assert.DoesNotContain(interests, interest => interest.Name == "Camping");
        Assert.Equal((2, 1), (interests.Single(i => i.Name == "Cooking").Events, interests.Single(i => i.Name == "Cooking").Sentiment));
    }

    [Fact]
    public void Lift_is_relative_to_the_population()
    {
        UserEvent[] events = [Event("view", 0), Event("browse", 0)];
        events[0].Subject.Features.Single(feature => feature.Dimension == "category").Share = .1;
        var interests = Find(events);
        // The user's total weight (2), smoothed with 10 of the population's: (2 + 1) / 12 / .1.
        Assert.Equal(2.5, interests.Single(i => i.Dimension == "category").Lift!.Value, 1e-9);
        Assert.Null(interests.First(i => i.Dimension == "term").Lift);
    }

    [Fact]
    public void Users_do_not_affect_one_another()
    {
        UserEvent[][] users =
        [
            [Event("view", 0), Event("like", 1), Other("view", 1)],
            [Event("dislike", 0), Event("view", 1), Other("rating", 2, 4), Other("rating", 3, 2)],
            [Event("follow", 0), Event("unfollow", 1), Other("view", 1), Other("view", 2)],
            [Event("view", 5)],
        ];
        var meanings = new EventMeanings { KnownScales = [new SourceScale(null, "rating", 1, 5)] };
        var together = Find(meanings, users);
        Assert.Equal([5, 5, 2, 0], together.Select(interests => interests.Count));
        Assert.Equal(users.Select(user => Find(meanings, user)[0]), together);
    }

    private IReadOnlyList<UserInterest> Find(params UserEvent[] events) => Find(new EventMeanings(), events)[0];

    private static IReadOnlyList<UserInterest>[] Find(EventMeanings meanings, params UserEvent[][] users) =>
        UserInterests.Find([.. users.Select(events => events.OrderBy(e => e.OccurredAt).ToArray())], meanings, _repeatWindow, TimeSpan.FromDays(30));

    private UserEvent Event(string type, double day, double? value = null) => Event("tent", _tent, type, day, value);

    private UserEvent Other(string type, double day, double? value = null) => Event("pan", new ItemDescription(null, ["Cooking"]), type, day, value);

    private UserEvent Event(string itemId, ItemDescription item, string type, double day, double? value) =>
        new(_features.Describe(itemId, item, null, null), itemId, type, _day.AddDays(day), value);
}
