using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using InterestService.Pipeline;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Tests.Demo.Scenarios;

/// <summary>What the demo shows: the default encoder and algorithm find the planted interests, and name them.</summary>
public sealed class ScenarioClusteringTests
{
    [Theory]
    [InlineData("ecommerce", 0.65)]
    [InlineData("social", 0.7)]
    [InlineData("education", 0.7)]
    [InlineData("health", 0.7)]
    public void Planted_interests_are_found_and_named(string name, double floor)
    {
        var domain = AllScenarios.ByName[name];
        var scenario = ScenarioGenerator.Generate(domain, new ScenarioOptions { Users = 900, Items = 500, Events = 27_000 });
        var result = Cluster(scenario, domain.Interests.Count);
        string[] labels = [.. result.Clusters.Select(cluster => cluster.Label)];
        TestContext.Current.SendDiagnosticMessage($"{name}: {result.Metrics.AdjustedRandIndex:F3}; {string.Join("; ", labels)}");
        Assert.True(result.Metrics.AdjustedRandIndex > floor, $"{result.Metrics.AdjustedRandIndex:F3}");
        Assert.True(result.Cleaning.Single(step => step.Step == "robots").RemovedUsers is >= 3 and <= 5);
        Assert.True(result.Cleaning.Single(step => step.Step == "repeated").RemovedEvents > 50);

        var groups = scenario.Labels.ToDictionary(label => label.UserId, label => label.Label);
        int named = Enumerable.Range(0, labels.Length).Count(cluster => labels[cluster].StartsWith(
            Majority(result, cluster, groups), StringComparison.OrdinalIgnoreCase));
        Assert.True(named >= 8, string.Join("; ", labels));
    }

    private static string Majority(PipelineResult result, int cluster, Dictionary<string, string> groups) => Enumerable
        .Range(0, result.UserIds.Length).Where(user => result.Partition.Nearest[user] == cluster)
        .CountBy(user => groups[result.UserIds[user]]).MaxBy(group => group.Value).Key;

    private static PipelineResult Cluster(Scenario scenario, int clusters)
    {
        var log = new EventLogBuilder();
        foreach (var row in scenario.Events) log.Add(row.UserId, row.ItemId, row.EventType, row.Timestamp.ToUnixTimeMilliseconds());
        var items = scenario.Items.ToDictionary(item => item.ItemId, item => new ItemDescription(item.Title, item.Categories));
        var groups = scenario.Labels.ToDictionary(label => label.UserId, label => label.Label);
        return InterestPipeline.Run(
            log.Build(),
            new KnownFacts(items, groups),
            new PipelineOptions { Clusters = clusters, Threads = 1, Device = "cpu" },
            _ => { },
            TestContext.Current.CancellationToken);
    }
}
