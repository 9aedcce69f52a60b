using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusters;

/// <summary>The people of clusters: what is counted is what is listed, whatever has become of them.</summary>
public sealed class ClusterCountsTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoder = "svd", clusters = 2, seed = 1 };

    [Fact]
    public async Task Counts_lists_and_shares_agree_after_every_change_in_every_process_and_after_a_rollback()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var first = await host.Client.ClusterAsync(_request);
        await host.Client.PublishedAsync((string?)first["id"], "hiker-0");
        int cluster = await ClusterOfAsync(host, "hiker-0");
        string tag = await AssertAgreeAsync(host, 30);

        await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-3");
        tag = await AssertAgreeAsync(host, 29, tag);
        await host.Client.LinkAsync(("hiker-4", "hiker-5"), ("account", "hiker-6"), ("hiker-7", "phone"), ("cook-1", "hiker-8"));
        tag = await AssertAgreeAsync(host, 27, tag);
        string[] members = await MembersAsync(host, cluster);
        Assert.Contains("account", members); // in place of hiker-6
        Assert.Empty(members.Intersect(["hiker-3", "hiker-5", "hiker-6", "hiker-8", "phone"]));
        string[] similar = [.. (await host.Client.GetJsonAsync("/users/hiker-0/similar?limit=1000")).AsArray().Select(user => (string)user!["userId"]!)];
        Assert.Contains("account", similar);
        Assert.Empty(similar.Intersect(["hiker-3", "hiker-5", "hiker-6", "hiker-8"]));
        foreach (var (alias, person) in new[] { ("hiker-5", "hiker-4"), ("hiker-6", "account"), ("phone", "hiker-7"), ("hiker-8", "cook-1") })
        {
            Assert.Equal(person, (string?)(await host.Client.GetJsonAsync($"/users/{alias}/cluster"))["userId"]);
            Assert.Equal(
                (await host.Client.GetJsonAsync($"/users/{person}/similar")).ToJsonString(), (await host.Client.GetJsonAsync($"/users/{alias}/similar")).ToJsonString());
        }

        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/hiker-5");
        tag = await AssertAgreeAsync(host, 28, tag);
        await host.Client.DoAsync(HttpMethod.Put, "/users/hiker-6/opt-out");
        tag = await AssertAgreeAsync(host, 27, tag);
        Assert.DoesNotContain("account", await MembersAsync(host, cluster));

        await host.Client.UploadAsync(Enumerable.Range(0, 4).Select(n => new { userId = "late", itemId = $"Hiking-{n}", eventType = "view", timestamp = $"2024-03-09T0{n}:00:00Z" }));
        await host.AssignNewUsersAsync();
        tag = await AssertAgreeAsync(host, 28, tag);
        Assert.Contains("late", await MembersAsync(host, cluster));
        await host.Client.LinkAsync(("hiker-0", "late"));
        await AssertAgreeAsync(host, 27, tag);
        Assert.Equal("hiker-0", (string?)(await host.Client.GetJsonAsync("/users/late/cluster"))["userId"]);

        string[] clusters = await ClustersAsync(host);
        await using (var restarted = await ApiHost.StartAsync(database, "--InterestService:Role=Api"))
        {
            await restarted.Client.PublishedAsync((string?)first["id"], "hiker-0");
            Assert.Equal(clusters, await ClustersAsync(restarted));
            await AssertAgreeAsync(restarted, 27);
        }

        var second = await host.Client.ClusterAsync(_request);
        Assert.Equal(27, (int)second["users"]!);
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{second["id"]}/publish");
        await AssertAgreeAsync(host, 27);
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{first["id"]}/publish");
        await AssertAgreeAsync(host, 27);
        Assert.Equal(clusters, await ClustersAsync(host));
    }

    [Fact]
    public async Task A_cluster_that_everyone_has_left_is_empty_and_its_items_keep_their_shares()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int cluster = await ClusterOfAsync(host, "cook-0");
        string items = (await host.Client.GetJsonAsync($"/clusters/{cluster}/items")).ToJsonString();
        foreach (string cook in await MembersAsync(host, cluster)) await host.Client.DoAsync(HttpMethod.Put, $"/users/{cook}/opt-out");
        var empty = await host.Client.GetJsonAsync($"/clusters/{cluster}");
        Assert.Equal((0, 0, 0), ((int)empty["users"]!, (double)empty["share"]!, empty["medoids"]!.AsArray().Count));
        Assert.Equal(items, (await host.Client.GetJsonAsync($"/clusters/{cluster}/items")).ToJsonString());
        await AssertAgreeAsync(host, 15);
    }

    /// <returns>The ETag of the clusters, which differs from <paramref name="before"/>.</returns>
    private static async Task<string> AssertAgreeAsync(ApiHost host, int people, string? before = null)
    {
        var (_, page, response) = await host.Client.CallAsync(HttpMethod.Get, "/clusters");
        var clusters = page!["items"]!.AsArray();
        var listed = new List<string>();
        foreach (var cluster in clusters)
        {
            int id = (int)cluster!["id"]!;
            string[] members = await MembersAsync(host, id);
            Assert.Equal(members.Length, (int)cluster["users"]!);
            Assert.Equal(cluster.ToJsonString(), (await host.Client.GetJsonAsync($"/clusters/{id}")).ToJsonString());
            Assert.Empty(cluster["medoids"]!.AsArray().Select(user => (string)user!).Except(members));
            foreach (string member in members) Assert.Equal(id, await ClusterOfAsync(host, member));
            listed.AddRange(members);
        }

        Assert.Equal(people, listed.Distinct().Count());
        Assert.Equal(people, listed.Count);
        Assert.Equal(1, clusters.Sum(cluster => (double)cluster!["share"]!), 1e-9);
        string tag = response.Headers.ETag!.Tag;
        Assert.NotEqual(before, tag);
        return tag;
    }

    private static async Task<string[]> MembersAsync(ApiHost host, int cluster)
    {
        var members = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Client.GetJsonAsync($"/clusters/{cluster}/users?limit=4" + (cursor is null ? "" : $"&cursor={cursor}"));
            members.AddRange(page["items"]!.AsArray().Select(user => (string)user!["userId"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(members.Order(StringComparer.Ordinal), members);
        return [.. members];
    }

    private static async Task<int> ClusterOfAsync(ApiHost host, string user) => (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;

    private static async Task<string[]> ClustersAsync(ApiHost host) =>
        [.. (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Select(cluster => cluster!.ToJsonString())];
}
