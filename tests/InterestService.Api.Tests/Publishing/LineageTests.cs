using System.Net;
using InterestService.Api.Storage.Queries;
using InterestService.Api.Tests.Support;
using static InterestService.Api.Tests.Publishing.LineageScenario;

namespace InterestService.Api.Tests.Publishing;

public sealed class LineageTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Clusters_persist_if_few_events_are_added()
    {
        await using var host = await StartAsync(postgres);
        await ClusterAsync(host);
        var before = await IdsAsync(host);
        await host.Client.UploadAsync([Event("hiker-1", "Hiking-3"), Event("cook-2", "Cooking-4"), Event("hiker-5", "Cooking-1")]);
        for (int seed = 2; seed <= 4; seed++)
        {
            var again = await ClusterAsync(host, seed: seed);
            var after = await IdsAsync(host);
            Assert.InRange(before.Count(user => after[user.Key] == user.Value), .95 * before.Count, before.Count);
            Assert.Equal(2, again["lineage"]!["matched"]!.AsArray().Count);
            Assert.Empty(again["lineage"]!["born"]!.AsArray());
        }
    }

    [Fact]
    public async Task Users_keep_their_clusters_even_if_the_division_is_arbitrary()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 100));
        await ClusterAsync(host, clusters: 6);
        await host.Client.UploadAsync(Enumerable.Range(0, 16).Select(n => Event($"hiker-{n}", $"Hiking-{n % 10}")));
        for (int seed = 2; seed <= 4; seed++)
        {
            var again = await ClusterAsync(host, clusters: 6, seed: seed);
            Assert.InRange((int)again["lineage"]!["users"]!["stayed"]!, 165, 200);
        }

        // A clustering without carry-over is independent of the published one.
        var alone = await host.Client.ClusterAsync(new
        {
            encoder = "autoencoder",
            clusters = 6,
            seed = 5,
            publish = "manual",
            parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8, carryOver = 0 },
        });
        Assert.InRange((int)alone["lineage"]!["users"]!["stayed"]!, 0, 150);
    }

    [Fact]
    public async Task A_new_cluster_gets_an_unused_id_even_after_deletions()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        Assert.Null(first["basedOn"]);
        Assert.Equal([1, 2], Numbers(first["lineage"]!["born"]));
        var used = new HashSet<int> { 1, 2 };
        for (int round = 0; round < 3; round++)
        {
            var two = await ClusterAsync(host);
            Assert.Equal(2, Numbers(two["lineage"]!["matched"], "current").Count);
            var four = await ClusterAsync(host, clusters: 4);
            Assert.Equal((string?)two["id"], (string?)four["basedOn"]);
            var born = Numbers(four["lineage"]!["born"]);
            Assert.InRange(born.Count, 2, 4);
            Assert.All(born, id => Assert.True(used.Add(id), $"{id} was used before"));
            Assert.Equal(4, (await IdsAsync(host)).Values.Distinct().Count());

            var after = await ClusterAsync(host);
            Assert.All(Numbers(after["lineage"]!["born"]), id => Assert.True(used.Add(id), $"{id} was used before"));
            Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, $"/clusterings/{four["id"]}")).Status);
        }
    }

    [Fact]
    public async Task Ids_are_reassigned_if_another_clustering_is_published_first()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        var three = await ClusterAsync(host, clusters: 3, publish: "manual");
        var four = await ClusterAsync(host, clusters: 4, publish: "manual");
        Assert.All([three, four], waiting => Assert.Equal((string?)first["id"], (string?)waiting["basedOn"]));
        var bornOfFour = Numbers(four["lineage"]!["born"]);
        Assert.Empty(Numbers(three["lineage"]!["born"]).Intersect(bornOfFour));

        three = await PublishAsync(host, three);
        Assert.Equal((string?)first["id"], (string?)three["basedOn"]);
        var idsOfThree = (await IdsAsync(host)).Values.ToHashSet();
        four = await PublishAsync(host, four);
        Assert.Equal((string?)three["id"], (string?)four["basedOn"]);
        var lineage = four["lineage"]!;
        Assert.Equal(Numbers(lineage["matched"], "previous"), Numbers(lineage["matched"], "current"));
        Assert.Subset(idsOfThree, Numbers(lineage["matched"], "current").ToHashSet());
        Assert.Empty(idsOfThree.Intersect(Numbers(lineage["born"])));
        Assert.Equal(
            Numbers(lineage["matched"], "current").Concat(Numbers(lineage["born"])).Order(),
            (await IdsAsync(host)).Values.Distinct().Order());
    }

    [Fact]
    public async Task A_rollback_restores_the_earlier_ids()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        var ids = await IdsAsync(host);
        var trends = await TrendsAsync(host);
        await ClusterAsync(host, clusters: 4);
        var again = await PublishAsync(host, first);
        Assert.Equal(first["lineage"]!.ToJsonString(), again["lineage"]!.ToJsonString());
        Assert.Equal(ids, await IdsAsync(host));
        Assert.Equal(trends, await TrendsAsync(host));
    }

    [Fact]
    public async Task Clusters_report_their_trend()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        Assert.All((await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray(), cluster =>
        {
            Assert.Equal("new", (string?)cluster!["trend"]!["direction"]);
            Assert.Null(cluster["trend"]!["previousUsers"]);
        });
        int hikers = (await IdsAsync(host))["hiker-0"], cooks = (await IdsAsync(host))["cook-0"];

        // The number of hikers doubles: fifteen of thirty users become thirty of forty-five.
        await host.Client.UploadAsync(
            from u in Enumerable.Range(0, 15) from n in Enumerable.Range(0, 8) select Event($"new-hiker-{u}", $"Hiking-{(u + n) % 10}"));
        await ClusterAsync(host);
        var trend = (await host.Client.GetJsonAsync($"/clusters/{hikers}"))["trend"]!;
        Assert.Equal(("growing", 15, 15), ((string?)trend["direction"], (int)trend["previousUsers"]!, (int)trend["usersChange"]!));
        Assert.Equal(.5, (double)trend["previousShare"]!, 1e-9);
        Assert.Equal(1 / 6.0, (double)trend["shareChange"]!, 1e-9);
        Assert.Equal((string?)first["id"], (string?)trend["comparedWith"]);
        trend = (await host.Client.GetJsonAsync($"/clusters/{cooks}"))["trend"]!;
        Assert.Equal(("shrinking", 0), ((string?)trend["direction"], (int)trend["usersChange"]!));
        await ClusterAsync(host);
        Assert.Equal("steady", (string?)(await host.Client.GetJsonAsync($"/clusters/{cooks}"))["trend"]!["direction"]);
    }
}
