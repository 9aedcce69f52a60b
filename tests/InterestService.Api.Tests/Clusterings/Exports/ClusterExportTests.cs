using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Exports;

public sealed class ClusterExportTests(PostgresFixture postgres)
{
    private static readonly string[] _same = ["label", "generatedLabel", "note", "users", "share", "persistence", "topCategories", "topItems", "topTerms", "medoids"];

    [Fact]
    public async Task Every_format_has_the_same_clusters_as_the_lookups()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 40));
        var done = await host.Client.ClusterAsync(new { encoder = "communities", clusters = 2, parameters = new { resolution = 1 } });
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        int changed = (int)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusterId"]!;
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{changed}", new { label = "[Pans]", note = "a,\nb" });
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-1/opt-out");
        await Wait.UntilAsync(async () => (int)(await host.Client.GetJsonAsync($"/clusters/{changed}"))["users"]! == 39);

        var rows = await host.Client.AssertFormatsAgreeAsync($"/clusterings/{done["id"]}/clusters");
        Assert.Equal(2, rows.Length);
        foreach (var row in rows)
        {
            var cluster = await host.Client.GetJsonAsync($"/clusters/{row["clusterId"]}");
            foreach (string name in _same) Assert.True(JsonNode.DeepEquals(cluster[name], row[name]), $"{name}: {cluster[name]} and {row[name]}");
            Assert.Equal((double)cluster["cohesion"]!, (double)row["cohesion"]!, 1e-9);
            Assert.Equal(cluster["topCommunities"]!.AsArray().Select(c => $"{c!["name"]} {c["lift"]}"), row["topCommunities"]!.AsArray().Select(c => $"{c!["name"]} {c["lift"]}"));
            Assert.NotEmpty(row["topCategories"]!.AsArray());
        }
    }

    [Fact]
    public async Task Users_of_a_clustering_that_is_not_published_are_those_of_its_assignments()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var id = await new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>()).AddAsync(users: 5);
        await host.Client.LinkAsync(("user-1", "user-2"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/user-5/opt-out");
        var rows = await host.Client.AssertFormatsAgreeAsync($"/clusterings/{id}/clusters");
        Assert.Equal([(3, 1.0), (0, 0.0)], rows.Select(row => ((int)row["users"]!, (double)row["share"]!)));
    }
}
