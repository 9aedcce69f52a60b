using System.Text.Json;
using InterestService.Api.Demo;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Tests.Demo;

public sealed class EcommerceScenarioTests
{
    private static readonly ScenarioOptions _small = new() { Users = 300, Items = 200, Events = 9_000 };
    private static readonly Scenario _shop = EcommerceScenario.Generate(new ScenarioOptions());
    private static readonly Dictionary<string, ScenarioItem> _items = _shop.Items.ToDictionary(item => item.ItemId);
    private static readonly ILookup<string, ScenarioEvent> _byUser = _shop.Events.ToLookup(row => row.UserId);

    [Fact]
    public void Same_seed_gives_the_same_bytes_and_another_seed_does_not()
    {
        byte[] first = JsonSerializer.SerializeToUtf8Bytes(EcommerceScenario.Generate(_small));
        Assert.Equal(first, JsonSerializer.SerializeToUtf8Bytes(EcommerceScenario.Generate(_small)));
        Assert.NotEqual(first, JsonSerializer.SerializeToUtf8Bytes(EcommerceScenario.Generate(_small with { Seed = 2 })));
    }

    [Theory]
    [InlineData(2, 10, 10)]
    [InlineData(50, 10, 2_000)]
    [InlineData(20, 30_000, 500)]
    public void Any_size_is_generated(int users, int items, int events)
    {
        var scenario = EcommerceScenario.Generate(new ScenarioOptions { Users = users, Items = items, Events = events });
        Assert.Equal(items, scenario.Items.Select(item => item.ItemId).Distinct().Count());
        Assert.NotEmpty(scenario.Events);
    }

    [Fact]
    public void Default_sizes_are_met()
    {
        Assert.Equal(1_200, _items.Count);
        Assert.Equal(1_200, _items.Values.Select(item => item.Title).Distinct().Count());
        Assert.InRange(_shop.Events.Count, 57_000, 63_000);
        Assert.Equal(1_990, _shop.Interests.Count);
        Assert.Equal(10, _shop.Interests.Values.Distinct().Count());
        Assert.All(_shop.Interests.Keys, user => Assert.NotEmpty(_byUser[user]));
    }

    [Fact]
    public void Events_are_ordered_by_time_within_the_year()
    {
        var end = new ScenarioOptions().End;
        Assert.All(_shop.Events, row => Assert.InRange(row.Timestamp, end.AddDays(-365), end.AddTicks(-1)));
        Assert.Equal(_shop.Events.OrderBy(row => row.Timestamp), _shop.Events);
    }

    [Fact]
    public void Every_event_has_what_its_type_needs()
    {
        Assert.All(_shop.Events, row =>
        {
            Assert.Equal(row.EventType == "search", row.ItemId is null);
            Assert.Equal(row.EventType == "search", row.Query is not null);
            Assert.Equal(row.EventType == "rating", row.Value is >= 1 and <= 5);
            Assert.True(row.ItemId is null || _items.ContainsKey(row.ItemId));
        });
    }

    [Fact]
    public void Funnel_narrows_from_browsing_to_returns()
    {
        var human = _shop.Events.Where(row => _shop.Interests.ContainsKey(row.UserId)).CountBy(row => row.EventType).ToDictionary();
        string[] funnel = ["browse", "favourite", "purchase", "rating", "return"];
        Assert.Equal(funnel, human.Where(type => type.Key != "search").OrderByDescending(type => type.Value).Select(type => type.Key));
        Assert.True(human["return"] < human["purchase"] * 0.1);
    }

    [Fact]
    public void Majority_of_what_users_touch_tells_their_interest_but_not_always()
    {
        int[][] labels =
        [
            .. from user in _shop.Interests
               let touched = _byUser[user.Key].Where(row => row.ItemId is not null).Select(row => Interest(row.ItemId!)).ToList()
               where touched.Count > 0
               select new[] { user.Value.GetHashCode(StringComparison.Ordinal), Majority(touched).GetHashCode(StringComparison.Ordinal) },
        ];
        double agreement = AdjustedRandIndex.Compute([.. labels.Select(pair => pair[0])], [.. labels.Select(pair => pair[1])]);
        TestContext.Current.SendDiagnosticMessage($"Adjusted Rand index of the majority: {agreement:F3}");
        Assert.InRange(agreement, 0.8, 0.95);
    }

    [Fact]
    public void Seven_in_ten_events_are_about_the_main_interest()
    {
        var touched = _shop.Events.Where(row => row.ItemId is not null && _shop.Interests.ContainsKey(row.UserId)).ToList();
        double share = touched.Average(row => Interest(row.ItemId!) == _shop.Interests[row.UserId] ? 1.0 : 0);
        Assert.InRange(share, 0.66, 0.78);
    }

    [Fact]
    public void Few_users_do_much_and_most_do_little()
    {
        int[] counts = [.. _shop.Interests.Keys.Select(user => _byUser[user].Count()).Order()];
        Assert.Equal(1, counts[0]);
        Assert.True(counts[counts.Length / 2] < counts.Average() / 1.5);
        Assert.True(counts[^(counts.Length / 10)..].Sum() > counts.Sum() * 0.4);
        Assert.True(counts[^1] < 1_000);
    }

    [Fact]
    public void Robots_read_the_whole_catalogue_at_machine_rate()
    {
        var robots = _byUser.Where(user => !_shop.Interests.ContainsKey(user.Key)).ToList();
        Assert.Equal(10, robots.Count);
        Assert.All(robots, robot =>
        {
            Assert.True(robot.Count() > 1_000);
            Assert.True(robot.Max(row => row.Timestamp) - robot.Min(row => row.Timestamp) < TimeSpan.FromHours(1));
            Assert.All(robot, row => Assert.Equal("browse", row.EventType));
        });
    }

    [Fact]
    public void Some_events_are_repeated_exactly()
    {
        int repeats = _shop.Events.Count - _shop.Events.Distinct().Count();
        Assert.InRange(repeats, 100, 1_000);
    }

    [Theory]
    [InlineData("garden", 3, 5, 10, 12)]
    [InlineData("toys", 11, 12, 1, 2)]
    public void Interests_have_their_season(string interest, int from, int to, int lowFrom, int lowTo)
    {
        int high = InMonths(interest, from, to), low = InMonths(interest, lowFrom, lowTo);
        Assert.True(high > 1.5 * low, $"{high} against {low}");
    }

    [Fact]
    public void Fashion_of_spring_is_gone_in_autumn()
    {
        string[] spring = Best("fashion", 4), autumn = Best("fashion", 10);
        Assert.True(spring.Intersect(autumn).Count() <= 10);
    }

    [Fact]
    public void Evenings_are_busier_than_nights()
    {
        var human = _shop.Events.Where(row => _shop.Interests.ContainsKey(row.UserId)).CountBy(row => row.Timestamp.Hour).ToDictionary();
        Assert.True(human[20] > 5 * human[3]);
    }

    private static string Interest(string itemId) => _items[itemId].Categories[0];

    private static string Majority(IEnumerable<string> labels) => labels.CountBy(label => label).MaxBy(group => group.Value).Key;

    private static IEnumerable<ScenarioEvent> Of(string interest) => _shop.Events.Where(row =>
        row.ItemId is not null && _shop.Interests.ContainsKey(row.UserId) && Interest(row.ItemId) == interest);

    private static int InMonths(string interest, int from, int to) =>
        Of(interest).Count(row => row.Timestamp.Month >= from && row.Timestamp.Month <= to);

    private static string[] Best(string interest, int month) =>
    [
        .. Of(interest).Where(row => row.Timestamp.Month == month).CountBy(row => row.ItemId!)
            .OrderByDescending(item => item.Value).Take(20).Select(item => item.Key),
    ];
}
