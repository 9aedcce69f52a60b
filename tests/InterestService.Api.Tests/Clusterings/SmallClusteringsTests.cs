using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings;

/// <summary>Clusterings and comparisons of a handful of users.</summary>
public sealed class SmallClusteringsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_request_without_a_number_finds_the_tastes_of_a_handful_of_users()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync((from user in Enumerable.Range(0, 6)
                                       from item in Enumerable.Range(0, 3)
                                       select new { userId = $"u{user}", itemId = $"i{user % 2}-{item}", eventType = "view", timestamp = $"2026-05-0{item + 1}T10:00:00Z" }).ToArray());
        var done = await host.Client.ClusterAsync(new { });
        Assert.Equal(("succeeded", 6, 2), ((string?)done["state"], (int)done["users"]!, (int)done["clusters"]!));
        Assert.StartsWith("2 clusters have the highest silhouette", (string?)done["clustersReason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_clusters_as_users_have_no_figures()
    {
        await using var host = await StartAsync();
        await UploadAsync(host, users: 7);
        var done = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 7 });
        Assert.Equal(("succeeded", 7, 7), ((string?)done["state"], (int)done["users"]!, (int)done["clusters"]!));
        var metrics = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/metrics");
        foreach (string metric in (string[])["silhouette", "calinskiHarabasz", "stability", "recallAt10", "adjustedRandIndex", "dbcv"])
        {
            Assert.True(metrics[metric] is null && (string?)metrics["notes"]![metric] is { Length: > 10 }, metric);
        }

        await host.Client.PublishedAsync((string?)done["id"], "u0");
        for (int user = 0; user < 7; user++)
            Assert.Equal(1, (double)(await host.Client.GetJsonAsync($"/users/u{user}/cluster"))["memberships"]!.AsArray().Sum(m => (double)m!["probability"]!), 1e-4);
    }

    [Fact]
    public async Task A_number_above_the_users_fails_with_both_numbers()
    {
        await using var host = await StartAsync();
        await UploadAsync(host, users: 4);
        var done = await host.Client.ClusterAsync(new { encoder = "transformer", clusters = 6 });
        Assert.Equal(("failed", "fewerUsersThanClusters"), ((string?)done["state"], (string?)done["error"]!["code"]));
        Assert.Contains("6 clusters were asked for, and there are 4 users", (string?)done["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Auto_says_why_it_stopped()
    {
        await using var host = await StartAsync();
        await UploadAsync(host, users: 5);
        var done = await host.Client.ClusterAsync(new { encoder = "lda", clusters = "auto" });
        Assert.Equal(("succeeded", 1), ((string?)done["state"], (int)done["clusters"]!));
        var selection = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/selection");
        Assert.Equal("2 clusters need at least 10 users; there are 5.", (string?)selection["stopped"]);
        Assert.StartsWith("There are too few different users", (string?)selection["reason"], StringComparison.Ordinal);
        Assert.Equal((string?)selection["reason"], (string?)done["clustersReason"]);
    }

    [Fact]
    public async Task A_comparison_describes_every_pair()
    {
        await using var host = await StartAsync();
        await UploadAsync(host, users: 6);
        var (status, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", new { encoders = new[] { "svd", "lda" } });
        Assert.Equal(HttpStatusCode.Accepted, status);
        var done = await host.Client.FinishAsync(response.Headers.Location!.ToString());
        Assert.Equal("succeeded", (string?)done["state"]);
        Assert.All(done["rows"]!.AsArray(), row =>
        {
            Assert.Null(row!["error"]);
            Assert.NotEmpty(row["metrics"]!["notes"]!.AsObject());
        });
    }

    /// <summary>Different users, each with two neighbours' items.</summary>
    private static Task UploadAsync(ApiHost host, int users) => host.Client.UploadAsync(Enumerable.Range(0, users).SelectMany(user =>
        Enumerable.Range(0, 3).Select(item => new
        {
            userId = $"u{user}",
            itemId = $"i{(user + item) % users}",
            eventType = "view",
            timestamp = $"2026-05-0{item + 1}T10:00:00Z",
        })).ToArray());

    private async Task<ApiHost> StartAsync() => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
}
