using InterestService.Demo.Scenarios;

namespace InterestService.Api.Tests.Demo.Scenarios;

public sealed class SocialScenarioTests
{
    private static readonly GeneratedScenario _network = GeneratedScenario.Get("social");

    [Fact]
    public void Creators_are_followed_posts_are_liked_and_people_post_under_hashtags()
    {
        Assert.All(_network.Human.Where(row => row.EventType is "follow" or "unfollow"), row => AssertKind("creator", row));
        Assert.All(_network.Human.Where(row => row.EventType is "like" or "comment" or "dislike"), row => AssertKind("post", row));
        Assert.All(_network.Human.Where(row => row.EventType == "post"), row => AssertKind("tag", row));

        static void AssertKind(string kind, ScenarioEvent row) => Assert.StartsWith($"{kind}-", row.ItemId, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_followed_creators_are_unfollowed() =>
        Assert.All(_network.Human.Where(row => row.EventType == "unfollow"), row => Assert.Contains(
            _network.ByUser[row.UserId],
            other => other.EventType == "follow" && other.ItemId == row.ItemId && other.Timestamp <= row.Timestamp));

    [Fact]
    public void Trends_raise_the_demand_for_a_topic()
    {
        var weeks = _network.About("gaming").Where(row => _network.Topic(row) == "speedruns")
            .CountBy(row => row.Timestamp.DayOfYear / 7).Select(week => week.Value).Order().ToList();
        Assert.True(weeks[^1] > 3 * weeks[weeks.Count / 2], $"{weeks[^1]} against {weeks[weeks.Count / 2]}");
    }

    [Fact]
    public void Popular_posts_of_spring_and_autumn_differ()
    {
        string[] spring = Best(4), autumn = Best(10);
        Assert.True(spring.Intersect(autumn).Count() <= 6);
    }

    [Fact]
    public void Tags_of_posts_and_challenges_are_hashtags() =>
        Assert.All(_network.Items.Values.Where(item => !item.ItemId.StartsWith("creator-", StringComparison.Ordinal)), item =>
            Assert.All(item.Tags, tag => Assert.Matches("^#[A-Za-z0-9]+$", tag)));

    private static string[] Best(int month) =>
    [
        .. _network.Human.Where(row => row.EventType == "like" && row.Timestamp.Month == month).CountBy(row => row.ItemId!)
            .OrderByDescending(item => item.Value).Take(30).Select(item => item.Key),
    ];
}
