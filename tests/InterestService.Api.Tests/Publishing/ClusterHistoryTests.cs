using System.Net;
using InterestService.Api.Tests.Support;
using static InterestService.Api.Tests.Publishing.LineageScenario;

namespace InterestService.Api.Tests.Publishing;

public sealed class ClusterHistoryTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_users_history_lists_the_published_clusters_newest_first()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        await ClusterAsync(host, seed: 2, publish: "manual");
        var second = await ClusterAsync(host, clusters: 4);
        var now = await host.Client.GetJsonAsync("/users/hiker-0/cluster");
        var history = (await host.Client.GetJsonAsync("/users/hiker-0/cluster-history"))["items"]!.AsArray();
        Assert.Equal([(string?)second["id"], (string?)first["id"]], history.Select(entry => (string?)entry!["clusteringId"]));
        Assert.Equal([true, false], history.Select(entry => (bool)entry!["published"]!));
        foreach (string field in new[] { "clusteringId", "clusterId", "label", "confidence", "noise" })
            Assert.Equal(now[field]!.ToJsonString(), history[0]![field]!.ToJsonString());
        Assert.Equal((DateTime?)second["publishedAt"], (DateTime?)history[0]!["publishedAt"]);

        await PublishAsync(host, first);
        var page = await host.Client.GetJsonAsync("/users/hiker-0/cluster-history?limit=1");
        var rest = await host.Client.GetJsonAsync($"/users/hiker-0/cluster-history?limit=1&cursor={page["nextCursor"]}");
        Assert.Equal((string?)first["id"], (string?)page["items"]![0]!["clusteringId"]);
        Assert.Equal((string?)second["id"], (string?)rest["items"]![0]!["clusteringId"]);
        Assert.Null(rest["nextCursor"]);
    }

    [Fact]
    public async Task A_user_without_a_cluster_has_an_empty_history_and_an_unknown_user_returns_404()
    {
        await using var host = await StartAsync(postgres);
        await ClusterAsync(host);
        await host.Client.UploadAsync([Event("late", "Hiking-1")]);
        Assert.Empty((await host.Client.GetJsonAsync("/users/late/cluster-history"))["items"]!.AsArray());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster-history");
        foreach (string query in new[] { "limit=0", "limit=1001", "cursor=!", "cursor=abcd" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/users/late/cluster-history?{query}");
    }
}
