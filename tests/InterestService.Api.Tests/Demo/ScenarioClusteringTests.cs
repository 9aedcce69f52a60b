using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;
using InterestService.Pipeline;
using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Tests.Demo;

public sealed class ScenarioClusteringTests
{
    [Fact]
    public void Planted_interests_of_the_shop_are_found_again_and_no_probability_is_overstated()
    {
        var shop = ScenarioGenerator.Generate(AllScenarios.ByName["ecommerce"], new ScenarioOptions());
        var interestOf = shop.Labels.ToDictionary(label => label.UserId, label => label.Label);
        var items = shop.Items.ToDictionary(item => item.ItemId, item => new ItemDescription(item.Title, item.Categories));
        var options = new PipelineOptions { Encoder = "text", Clusters = interestOf.Values.Distinct().Count(), Device = "cpu" };
        var result = InterestPipeline.Run(Log(shop), new KnownFacts(items, interestOf), options, _ => { }, TestContext.Current.CancellationToken);
        Assert.True(result.Metrics.LabelledUsers > 1_980);
        Assert.True(result.Metrics.AdjustedRandIndex >= .8, $"{result.Metrics.AdjustedRandIndex:F3}");

        string[] interests = [.. interestOf.Values.Distinct()];
        int[] known = [.. Enumerable.Range(0, result.UserIds.Length).Where(user => interestOf.ContainsKey(result.UserIds[user]))];
        int[] clusters = result.Memberships.FirstClusters;
        float[] probabilities = result.Memberships.FirstProbabilities;
        var reliability = Reliability.Compute(
            [.. known.Select(user => clusters[user])], [.. known.Select(user => probabilities[user])],
            [.. known.Select(user => Array.IndexOf(interests, interestOf[result.UserIds[user]]))]);
        string table = string.Join('\n', reliability.Bins.Select(bin => $"{bin.Stated:F3} {bin.Observed:F3} {bin.Users}"));
        TestContext.Current.SendDiagnosticMessage($"{result.Metrics.AdjustedRandIndex:F3}\n{table}");
        // Understated they are: whoever comes to this shop once comes for the main interest, which others' first visits do not tell.
        Assert.All(reliability.Bins.Where(bin => bin.Users >= 50), bin => Assert.True(bin.Observed > bin.Stated - .05, table));
    }

    private static EventLog Log(Scenario scenario)
    {
        var builder = new EventLogBuilder();
        foreach (var row in scenario.Events.OrderBy(row => row.UserId, StringComparer.Ordinal).ThenBy(row => row.Timestamp))
            builder.Add(row.UserId, row.ItemId, row.EventType, row.Timestamp.ToUnixTimeMilliseconds());
        return builder.Build();
    }
}
