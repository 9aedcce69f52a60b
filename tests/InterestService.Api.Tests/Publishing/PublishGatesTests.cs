using System.Net;
using InterestService.Api.Publishing;
using InterestService.Api.Tests.Support;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Tests.Publishing;

public sealed class PublishGatesTests(PostgresFixture postgres)
{
    private static readonly ClusteringMetrics _published = new() { Silhouette = .3, Stability = .9, RecallAt10 = .2, RecallAt10StandardError = .01, RankingSampleSize = 400 };

    [Theory]
    [InlineData(.26, true)]
    [InlineData(.24, false)]
    public void A_silhouette_may_be_worse_only_by_the_margin(double silhouette, bool passed)
    {
        var gates = PublishGates.Check(_published, _published with { Silhouette = silhouette }, sameSpace: true, new PublishMargins());
        Assert.Equal(("silhouette", .3, silhouette, passed), (gates[0].Name, gates[0].Published, gates[0].Found, gates[0].Passed));
        Assert.Equal(.25, gates[0].Least, 1e-12);
    }

    [Theory]
    [InlineData(.155, true)] // .02 and twice sqrt(.01^2 + .01^2) = .028 below .2
    [InlineData(.15, false)]
    public void Recall_may_be_worse_by_the_margin_and_two_standard_errors(double recall, bool passed) =>
        Assert.Equal(passed, PublishGates.Check(_published, _published with { RecallAt10 = recall }, sameSpace: true, new PublishMargins()).Single(gate => gate.Name == "recallAt10").Passed);

    [Fact]
    public void A_metric_missing_from_one_clustering_is_not_a_gate() =>
        Assert.Equal(["silhouette", "stability"], PublishGates.Check(_published, _published with { RecallAt10 = null }, sameSpace: true, new PublishMargins()).Select(gate => gate.Name));

    [Fact]
    public void A_recall_of_too_few_held_out_items_does_not_pass() =>
        Assert.False(PublishGates.Check(
            _published, _published with { RecallAt10 = 1, RecallAt10StandardError = 0, RankingSampleSize = 1 }, sameSpace: true, new PublishMargins()).Single(gate => gate.Name == "recallAt10").Passed);

    [Fact]
    public void A_published_recall_of_too_few_held_out_items_is_not_a_gate() =>
        Assert.Equal(["silhouette", "stability"], PublishGates.Check(
            _published with { RecallAt10 = 1, RankingSampleSize = 1 }, _published, sameSpace: true, new PublishMargins()).Select(gate => gate.Name));

    [Fact]
    public void Silhouettes_of_different_spaces_are_not_compared() =>
        Assert.Equal(["recallAt10", "stability"], PublishGates.Check(_published, _published with { Silhouette = -1 }, sameSpace: false, new PublishMargins()).Select(gate => gate.Name));

    [Fact]
    public async Task A_worse_clustering_is_not_published_reports_the_reason_and_can_be_published_manually()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var good = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.True((bool)good["published"]!);
        Assert.Empty(good["gates"]!.AsArray());

        // Vectors of a network that learned next to nothing are not separated.
        var bad = await host.Client.ClusterAsync(new
        {
            encoder = "autoencoder",
            clusters = 2,
            parameters = new { dimensions = 8, epochs = 1, learningRate = 1e-6, batchSize = 8, carryOver = 0 },
        });
        Assert.Equal(("succeeded", false), ((string?)bad["state"], (bool)bad["published"]!));
        var held = bad["gates"]!.AsArray().First(gate => !(bool)gate!["passed"]!)!;
        Assert.True((double)held["found"]! < (double)held["least"]! && (double)held["least"]! < (double)held["published"]!);
        await host.Client.PublishedAsync((string?)good["id"], "cook-0");

        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{bad["id"]}/publish")).Status);
        await host.Client.PublishedAsync((string?)bad["id"], "cook-0");
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{good["id"]}/publish")).Status);
        await host.Client.PublishedAsync((string?)good["id"], "cook-0");
    }
}
