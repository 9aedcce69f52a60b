using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using static InterestService.Api.Tests.Publishing.LineageScenario;

namespace InterestService.Api.Tests.Clusters;

public sealed class ClusterNamesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_name_is_shown_everywhere_until_it_is_removed()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int id = await ClusterOfAsync(host, "hiker-3");
        string generated = (string)(await host.Client.GetJsonAsync($"/clusters/{id}"))["label"]!;
        var etags = await ETagsAsync(host, id);

        var (status, answer, _) = await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { label = "  \"Bergfreunde\" 登山 🥾 ", note = "asked them" });
        Assert.Equal(HttpStatusCode.OK, status);
        const string label = "\"Bergfreunde\" 登山 🥾";
        Assert.True(JsonNode.DeepEquals(answer, await host.Client.GetJsonAsync($"/clusters/{id}")));
        Assert.Equal((label, generated, "asked them"), ((string)answer!["label"]!, (string)answer["generatedLabel"]!, (string)answer["note"]!));
        await AssertLabelAsync(host, id, label);
        var renamed = await ETagsAsync(host, id);
        foreach (var (path, tag) in etags)
        {
            Assert.NotEqual(tag, renamed[path]);
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", tag))).Status);
            Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", renamed[path]))).Status);
        }

        // The other field is left alone, and so is the other cluster.
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { note = (string?)null });
        await AssertLabelAsync(host, id, label);
        Assert.Null((await host.Client.GetJsonAsync($"/clusters/{id}"))["note"]);
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { note = "again" });
        Assert.All((await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Where(cluster => (int)cluster!["id"]! != id), cluster =>
            Assert.Equal((string?)cluster!["generatedLabel"], (string?)cluster["label"]));

        await host.Client.DoAsync(HttpMethod.Delete, $"/clusters/{id}/label");
        await AssertLabelAsync(host, id, generated);
        Assert.Equal("again", (string?)(await host.Client.GetJsonAsync($"/clusters/{id}"))["note"]);
        await host.Client.DoAsync(HttpMethod.Delete, $"/clusters/{id}/label");
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { label = "once more" });
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { label = (string?)null });
        await AssertLabelAsync(host, id, generated);
    }

    [Fact]
    public async Task A_name_stays_with_the_id_through_clusterings_and_rollbacks()
    {
        await using var host = await StartAsync(postgres);
        var first = await ClusterAsync(host);
        int hikers = (await IdsAsync(host))["hiker-0"], cooks = (await IdsAsync(host))["cook-0"];
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{hikers}", new { label = "Out of doors", note = "n" });

        var second = await ClusterAsync(host, seed: 5);
        Assert.Equal(hikers, (await IdsAsync(host))["hiker-0"]);
        await AssertLabelAsync(host, hikers, "Out of doors");
        await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{cooks}", new { label = "In the kitchen" });

        await PublishAsync(host, first);
        await AssertLabelAsync(host, hikers, "Out of doors");
        Assert.Equal("n", (string?)(await host.Client.GetJsonAsync($"/clusters/{hikers}"))["note"]);
        Assert.Equal("In the kitchen", (string?)(await host.Client.GetJsonAsync("/users/cook-2/cluster"))["label"]);
        await PublishAsync(host, second);
        await AssertLabelAsync(host, hikers, "Out of doors");
    }

    [Fact]
    public async Task Every_replica_shows_a_name_without_a_publish()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var one = await PublishedHost.StartOnAsync(database);
        await using var two = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        string clustering = (string)(await one.Client.GetJsonAsync("/users/cook-1/cluster"))["clusteringId"]!;
        await two.Client.PublishedAsync(clustering, "cook-1");
        int id = await ClusterOfAsync(two, "cook-1");
        var (_, _, before) = await one.Client.CallAsync(HttpMethod.Get, "/users/cook-1/cluster");
        Assert.Equal(HttpStatusCode.OK, (await two.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { label = "Chefs" })).Status);
        await Wait.UntilAsync(async () => (string?)(await one.Client.GetJsonAsync("/users/cook-1/cluster"))["label"] == "Chefs");
        var (_, after, response) = await one.Client.CallAsync(HttpMethod.Get, "/users/cook-1/cluster");
        Assert.Equal(clustering, (string?)after!["clusteringId"]);
        Assert.NotEqual(before.Headers.ETag, response.Headers.ETag);
        Assert.Equal(response.Headers.ETag, (await two.Client.CallAsync(HttpMethod.Get, "/users/cook-1/cluster")).Response.Headers.ETag);
        await using var three = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await three.Client.PublishedAsync(clustering, "cook-1");
        Assert.Equal("Chefs", (string?)(await three.Client.GetJsonAsync("/users/cook-1/cluster"))["label"]);
    }

    [Fact]
    public async Task Two_changes_at_the_same_time_both_count()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int id = await ClusterOfAsync(host, "cook-4");
        await Task.WhenAll(
            host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { label = "left" }), host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{id}", new { note = "right" }));
        var cluster = await host.Client.GetJsonAsync($"/clusters/{id}");
        Assert.Equal(("left", "right"), ((string?)cluster["label"], (string?)cluster["note"]));
    }

    [Fact]
    public async Task Bad_texts_and_unknown_clusters_are_refused()
    {
        const string reader = "a-key-for-reading", writer = "a-key-for-writing";
        await using var host = await PublishedHost.StartAsync(
            postgres,
            "--InterestService:ApiKeys:0:Name=reader", $"--InterestService:ApiKeys:0:Key={reader}", "--InterestService:ApiKeys:0:Scopes:0=interests:read",
            "--InterestService:ApiKeys:1:Name=analyst", $"--InterestService:ApiKeys:1:Key={writer}", "--InterestService:ApiKeys:1:Scopes:0=clusterings:write");
        int id = await ClusterOfAsync(host, "cook-4");
        string path = $"/clusters/{id}", before = (await host.Client.GetJsonAsync(path)).ToJsonString();
        foreach (string bad in new[] { "", " ", "\t\n", "a\nb", "a\u0007b", "a\u0085b", "a\u2028b", new string('x', 257), string.Concat(Enumerable.Repeat("🧀", 257)) })
        {
            foreach (string field in new[] { "label", "note" })
            {
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Patch, path, new JsonObject { [field] = bad });
                Assert.NotNull(problem["errors"]![field]);
            }
        }

        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Patch, path, new { label = "a\0b" });
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Patch, path, new { label = 5 });
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Patch, path, new[] { 1 });
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Patch, "/clusters/987654", new { label = "x" });
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Delete, "/clusters/987654/label");
        await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Patch, path, new { label = "x" }, ("X-API-Key", reader));
        await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Delete, $"{path}/label", null, ("X-API-Key", reader));
        Assert.Equal(before, (await host.Client.GetJsonAsync(path)).ToJsonString());

        string longest = string.Concat(Enumerable.Repeat("🧀", 256));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Patch, path, new { label = longest }, ("X-API-Key", writer))).Status);
        await AssertLabelAsync(host, id, longest, "cook-4");
    }

    private static async Task<int> ClusterOfAsync(ApiHost host, string user) => (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;

    private static async Task<Dictionary<string, string>> ETagsAsync(ApiHost host, int cluster)
    {
        var tags = new Dictionary<string, string>();
        foreach (string path in new[] { "/users/hiker-3/cluster", "/clusters", $"/clusters/{cluster}" })
            tags[path] = (await host.Client.CallAsync(HttpMethod.Get, path)).Response.Headers.ETag!.Tag;
        return tags;
    }

    /// <summary>Asserts the label of a cluster wherever an answer about one of its users has one.</summary>
    private static async Task AssertLabelAsync(ApiHost host, int id, string label, string user = "hiker-3")
    {
        var one = await host.Client.GetJsonAsync($"/users/{user}/cluster");
        Assert.Equal((id, label), ((int)one["clusterId"]!, (string)one["label"]!));
        Assert.Equal(label, (string?)one["memberships"]!.AsArray().Single(member => (int)member!["clusterId"]! == id)!["label"]);
        var (_, many, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = new[] { user } });
        Assert.True(JsonNode.DeepEquals(one, many!["found"]![0]));
        Assert.Equal(label, (string?)(await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Single(cluster => (int)cluster!["id"]! == id)!["label"]);
        Assert.Equal(label, (string?)(await host.Client.GetJsonAsync($"/users/{user}/explanation"))["label"]);
        Assert.All(
            (await host.Client.GetJsonAsync($"/users/{user}/cluster-history"))["items"]!.AsArray().Where(entry => (int)entry!["clusterId"]! == id),
            entry => Assert.Equal(label, (string?)entry!["label"]));
    }
}
