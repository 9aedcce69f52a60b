using System.Text.Json;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Meaning;

namespace InterestService.Api.Tests.Demo.Scenarios;

/// <summary>Properties of every domain.</summary>
public sealed class ScenarioTests
{
    private static readonly ScenarioOptions _small = new() { Users = 300, Items = 200, Events = 9_000 };

    public static TheoryData<string> Names => GeneratedScenario.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_gives_the_same_bytes_and_another_seed_does_not(string name)
    {
        var domain = AllScenarios.ByName[name];
        byte[] first = JsonSerializer.SerializeToUtf8Bytes(ScenarioGenerator.Generate(domain, _small));
        Assert.Equal(first, JsonSerializer.SerializeToUtf8Bytes(ScenarioGenerator.Generate(domain, _small)));
        Assert.NotEqual(first, JsonSerializer.SerializeToUtf8Bytes(ScenarioGenerator.Generate(domain, _small with { Seed = 2 })));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Events_can_be_enumerated_twice(string name)
    {
        var scenario = ScenarioGenerator.Generate(AllScenarios.ByName[name], _small);
        Assert.Equal(scenario.Events, scenario.Events);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Scenarios_of_any_size_can_be_generated(string name)
    {
        foreach (var (users, items, events) in ((int, int, int)[])[(2, 10, 10), (50, 10, 2_000), (20, 30_000, 500)])
        {
            var options = new ScenarioOptions { Users = users, Items = items, Events = events };
            var scenario = ScenarioGenerator.Generate(AllScenarios.ByName[name], options);
            Assert.Equal(items, scenario.Items.Select(item => item.ItemId).Distinct().Count());
            Assert.Equal(items, scenario.Items.Select(item => item.Title).Distinct().Count());
            Assert.NotEmpty(scenario.Events);
        }
    }

    [Fact]
    public void Events_are_generated_only_when_they_are_enumerated()
    {
        var scenario = ScenarioGenerator.Generate(EcommerceScenario.Domain, _small with { Events = 400_000_000, Users = 100_000 });
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1_000, scenario.Events.Take(1_000).Count());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Default_sizes_are_reached(string name)
    {
        var generated = GeneratedScenario.Get(name);
        Assert.Equal(1_200, generated.Items.Count);
        Assert.Equal(1_200, generated.Items.Values.Select(item => item.Title).Distinct().Count());
        Assert.InRange(generated.Events.Count, 56_000, 64_000);
        Assert.Equal(1_990, generated.Interests.Count);
        Assert.Equal(10, generated.Interests.Values.Distinct().Count());
        Assert.All(generated.Interests.Keys, user => Assert.NotEmpty(generated.ByUser[user]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Words_of_the_domain_are_consistent(string name)
    {
        var interests = AllScenarios.ByName[name].Interests;
        var names = interests.Select(interest => interest.Name).ToHashSet();
        Assert.All(interests, interest => Assert.Subset(names, interest.Neighbours.ToHashSet()));
        Assert.All(interests, interest => Assert.DoesNotContain(interest.Name, interest.Neighbours));
        string[] topics = [.. interests.SelectMany(interest => interest.Topics.Select(topic => topic.Name))];
        Assert.Equal(topics.Length, topics.Distinct().Count());
        Assert.Empty(topics.Intersect(names));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Planted_interests_have_their_shares(string name)
    {
        var generated = GeneratedScenario.Get(name);
        double all = generated.Domain.Interests.Sum(interest => interest.Weight);
        var shares = generated.Interests.Values.CountBy(interest => interest).ToDictionary();
        Assert.All(generated.Domain.Interests, interest =>
            Assert.Equal(interest.Weight / all, shares[interest.Name] / (double)generated.Interests.Count, 0.025));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Events_are_grouped_by_user_and_ordered_by_time_within_the_year(string name)
    {
        var generated = GeneratedScenario.Get(name);
        var end = new ScenarioOptions().End;
        Assert.All(generated.Events, row => Assert.InRange(row.Timestamp, end.AddDays(-365), end.AddTicks(-1)));
        Assert.All(generated.ByUser, user => Assert.Equal(user.OrderBy(row => row.Timestamp), user));
        int changes = generated.Events.Zip(generated.Events.Skip(1)).Count(pair => pair.First.UserId != pair.Second.UserId);
        Assert.Equal(generated.ByUser.Count, changes + 1);
    }

    [Theory]
    [InlineData("ecommerce", "browse,favourite,purchase,rating,return,search")]
    [InlineData("social", "comment,dislike,follow,like,post,search,share,unfollow,view")]
    [InlineData("education", "drop,enrol,post,rating,search,study,submit,view")]
    [InlineData("health", "appointment,bookmark,cancel,log,measurement,purchase,rating,read,return,search,share,view")]
    public void Event_types_are_those_of_the_domain_and_all_have_a_weight(string name, string types)
    {
        string[] found = [.. GeneratedScenario.Get(name).HumanTypes().Keys.Order()];
        Assert.Equal(types.Split(','), found);
        Assert.All(found, type => Assert.True(EventMeanings.DefaultWeights.ContainsKey(type) || EventMeanings.DefaultUndoTypes.ContainsKey(type), type));
    }

    [Theory]
    [InlineData("ecommerce", "rating")]
    [InlineData("social", "")]
    [InlineData("education", "rating,submit")]
    [InlineData("health", "rating,log,measurement")]
    public void Every_event_has_the_fields_of_its_type(string name, string valued)
    {
        var generated = GeneratedScenario.Get(name);
        Assert.All(generated.Events, row =>
        {
            Assert.Equal(row.EventType == "search", row.ItemId is null);
            Assert.Equal(row.EventType == "search", row.Query is not null);
            Assert.Equal(valued.Split(',').Contains(row.EventType), row.Value is not null);
            Assert.True(row.EventType != "rating" || row.Value is >= 1 and <= 5);
            Assert.True(row.ItemId is null || generated.Items.ContainsKey(row.ItemId));
        });
        Assert.Equal(generated.Domain.Behaviour.Sources.Order(), generated.Human.Select(row => row.Source).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Majority_of_events_mostly_reveals_the_main_interest(string name)
    {
        var generated = GeneratedScenario.Get(name);
        var names = generated.Domain.Interests.Select(interest => interest.Name).ToList();
        int[][] labels =
        [
            .. from user in generated.Interests
               let majority = generated.Majority(generated.ByUser[user.Key])
               where majority is not null
               select new[] { names.IndexOf(user.Value), names.IndexOf(majority) },
        ];
        double agreement = AdjustedRandIndex.Compute([.. labels.Select(pair => pair[0])], [.. labels.Select(pair => pair[1])]);
        TestContext.Current.SendDiagnosticMessage($"{name}: adjusted Rand index of the majority {agreement:F3}");
        Assert.InRange(agreement, 0.78, 0.95);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Seventy_percent_of_events_concern_the_main_interest(string name)
    {
        var generated = GeneratedScenario.Get(name);
        double share = generated.Human.Where(row => row.ItemId is not null)
            .Average(row => generated.Interest(row) == generated.Interests[row.UserId] ? 1.0 : 0);
        Assert.InRange(share, 0.64, 0.80);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Some_users_adopt_their_main_interest_only_within_the_year(string name)
    {
        var generated = GeneratedScenario.Get(name);
        var start = new ScenarioOptions().End.AddDays(-365);
        double early = MainShare(start), late = MainShare(start.AddDays(305));
        Assert.InRange(early, late - 0.15, late - 0.02);

        double MainShare(DateTimeOffset from) => generated.Human
            .Where(row => row.ItemId is not null && row.Timestamp >= from && row.Timestamp < from.AddDays(60))
            .Average(row => generated.Interest(row) == generated.Interests[row.UserId] ? 1.0 : 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Few_users_are_very_active_and_most_are_not(string name)
    {
        var generated = GeneratedScenario.Get(name);
        int[] counts = [.. generated.Interests.Keys.Select(user => generated.ByUser[user].Count()).Order()];
        Assert.InRange(counts[0], 1, 2);
        Assert.True(counts[counts.Length / 2] < counts.Average() / 1.5);
        Assert.True(counts[^(counts.Length / 10)..].Sum() > counts.Sum() * 0.4);
        Assert.True(counts[^1] < 1_000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Robots_read_the_whole_catalogue_at_machine_rate(string name)
    {
        var generated = GeneratedScenario.Get(name);
        var robots = generated.ByUser.Where(user => !generated.Interests.ContainsKey(user.Key)).ToList();
        Assert.Equal(10, robots.Count);
        Assert.All(robots, robot =>
        {
            Assert.True(robot.Count() > 1_000);
            Assert.True(robot.Max(row => row.Timestamp) - robot.Min(row => row.Timestamp) < TimeSpan.FromHours(1));
            Assert.All(robot, row => Assert.Equal(generated.Domain.Behaviour.RobotEventType, row.EventType));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Some_events_are_sent_again_or_are_double_clicks(string name)
    {
        var generated = GeneratedScenario.Get(name);
        Assert.InRange(generated.Events.Count - generated.Events.Distinct().Count(), 100, 600);
        Assert.InRange(generated.ByUser.Sum(user => user.GroupBy(row => (row.ItemId, row.EventType, row.Query)).Sum(Doubles)), 100, 600);

        static int Doubles(IEnumerable<ScenarioEvent> same) => same.Zip(same.Skip(1), (first, second) => second.Timestamp - first.Timestamp)
            .Count(gap => gap > TimeSpan.Zero && gap < TimeSpan.FromSeconds(3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Evenings_are_busier_than_nights(string name)
    {
        var hours = GeneratedScenario.Get(name).Human.CountBy(row => row.Timestamp.Hour).ToDictionary();
        Assert.True(hours[20] > 4 * hours[3]);
    }
}
