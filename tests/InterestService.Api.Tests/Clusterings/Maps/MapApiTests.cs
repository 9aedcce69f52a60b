using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Maps;

public sealed class MapApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_map_shows_every_user_in_the_cluster_that_lookups_tell()
    {
        await using var host = await StartAsync();
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "cook-1");
        var map = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/map");
        Assert.Equal(
            ((string?)done["id"], "umap", 1, 30, 30),
            ((string?)map["clusteringId"], (string?)map["method"], (int)map["seed"]!, (int)map["users"]!, (int)map["sampled"]!));
        Assert.InRange((double)map["trustworthiness"]!, .7, 1);
        Assert.InRange((double)map["continuity"]!, .7, 1);
        Assert.True(map["meanDisplacement"] is null);
        Assert.Equal("There was no earlier map to continue.", (string?)map["notes"]!["meanDisplacement"]);
        var points = map["points"]!.AsArray();
        Assert.Equal(30, points.Select(point => (string?)point!["userId"]).Distinct().Count());
        foreach (var point in points)
        {
            var found = await host.Client.GetJsonAsync($"/users/{point!["userId"]}/cluster");
            Assert.Equal(((int)found["clusterId"]!, (bool)found["noise"]!), ((int)point["clusterId"]!, (bool)point["noise"]!));
        }
    }

    [Fact]
    public async Task The_next_clustering_continues_the_published_map()
    {
        await using var host = await StartAsync();
        var first = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)first["id"], "cook-1");
        var next = await host.Client.ClusterAsync(PlantedEvents.Request(publish: "manual", seed: 2));
        var (before, after) = (await PointsAsync(host, first), await PointsAsync(host, next));
        double displacement = (double)(await host.Client.GetJsonAsync($"/clusterings/{next["id"]}/map"))["meanDisplacement"]!;
        double width = Math.Max(after.Values.Max(p => p.X) - after.Values.Min(p => p.X), after.Values.Max(p => p.Y) - after.Values.Min(p => p.Y));
        double measured = before.Average(p => Math.Sqrt(Math.Pow(p.Value.X - after[p.Key].X, 2) + Math.Pow(p.Value.Y - after[p.Key].Y, 2))) / width;
        Assert.Equal(measured, displacement, 1e-3);
        Assert.InRange(displacement, 0, .2);
    }

    [Fact]
    public async Task Who_is_erased_opts_out_or_is_joined_is_on_the_map_as_in_lookups()
    {
        await using var host = await StartAsync();
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "cook-1");
        string path = $"/clusterings/{done["id"]}/map";
        string tag = (await host.Client.CallAsync(HttpMethod.Get, path)).Response.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", tag))).Status);

        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-1");
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-2/opt-out");
        await host.Client.LinkAsync(("cook-3", "hiker-3"), ("somebody", "hiker-4"));
        var (status, map, _) = await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, status);
        string[] users = [.. map!["points"]!.AsArray().Select(point => (string)point!["userId"]!)];
        Assert.Equal(users.Distinct(), users);
        Assert.Equal(27, users.Length);
        Assert.Empty(users.Intersect(["cook-1", "cook-2", "hiker-3", "hiker-4"]));
        Assert.Contains("cook-3", users);
        Assert.Contains("somebody", users);
        int cluster = (int)(await host.Client.GetJsonAsync("/users/hiker-3/cluster"))["clusterId"]!;
        Assert.Equal(cluster, (int)map["points"]!.AsArray().Single(point => (string?)point!["userId"] == "cook-3")!["clusterId"]!);
        Assert.Equal(1L, await CountAsync(host, "SELECT count(*) FROM assignments WHERE user_id = 'cook-2' AND map_x IS NOT NULL"));
        Assert.Equal(0L, await CountAsync(host, "SELECT count(*) FROM assignments WHERE user_id = 'cook-1'"));
    }

    [Fact]
    public async Task Without_a_map_the_problem_says_why()
    {
        await using var host = await StartAsync();
        var done = await host.Client.ClusterAsync(PlantedEvents.Request(publish: "manual"));
        await using (var forget = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("UPDATE clusterings SET map = NULL; UPDATE assignments SET map_x = NULL, map_y = NULL"))
            await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{done["id"]}/map");
        var problem = (await host.Client.CallAsync(HttpMethod.Get, $"/clusterings/{done["id"]}/map")).Body!;
        Assert.Equal("The clustering has no map.", (string?)problem["title"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{Guid.NewGuid()}/map");

        // The next map does not need one, and a failed clustering has none.
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{done["id"]}/publish");
        var next = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal(30, (await PointsAsync(host, next)).Count);
        var failed = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 900 });
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Get, $"/clusterings/{failed["id"]}/map");
    }

    private async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        return host;
    }

    private static async Task<Dictionary<string, (double X, double Y)>> PointsAsync(ApiHost host, JsonNode clustering) =>
        (await host.Client.GetJsonAsync($"/clusterings/{clustering["id"]}/map"))["points"]!.AsArray()
        .ToDictionary(point => (string)point!["userId"]!, point => ((double)point!["x"]!, (double)point["y"]!));

    private static async Task<long> CountAsync(ApiHost host, string sql)
    {
        await using var query = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        return (long)(await query.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
