using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Users;

public sealed class ServingApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Before_the_first_publication_lookups_report_it()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/u/cluster");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/clusters/1");
        Assert.Empty((await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_users_cluster_has_all_fields_of_the_contract()
    {
        await using var host = await PublishedAsync();
        var user = await host.Client.GetJsonAsync("/users/hiker-3/cluster");
        Assert.Equal("hiker-3", (string?)user["userId"]);
        Assert.Equal("batch", (string?)user["source"]);
        Assert.False((bool)user["noise"]!);
        Assert.InRange((double)user["distance"]!, 0, 2);
        var memberships = user["memberships"]!.AsArray();
        Assert.Equal((int?)user["clusterId"], (int?)memberships[0]!["clusterId"]);
        Assert.Equal((double)user["confidence"]!, (double)memberships[0]!["probability"]!, 1e-6);
        Assert.Equal((string?)user["label"], (string?)memberships[0]!["label"]);
        Assert.Equal(1, memberships.Sum(membership => (double)membership!["probability"]!), 1e-4);
        Assert.NotNull(user["assignedAt"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster");
    }

    [Fact]
    public async Task A_user_without_a_cluster_is_told_the_reason()
    {
        await using var host = await PublishedAsync();
        await host.Client.UploadAsync(
        [
            new { userId = "critic", itemId = "Hiking-1", eventType = "dislike", timestamp = "2024-03-09T00:00:00Z" },
            new { userId = "stranger", itemId = "elsewhere", eventType = "view", timestamp = "2024-03-09T00:00:00Z" },
        ]);
        await host.Client.UploadAsync([new { userId = "seeker", query = "boots", eventType = "search", timestamp = "2024-03-09T00:00:00Z" }]);
        foreach (var (user, reason) in new[]
        {
            ("critic", "express a dislike"), ("stranger", "The model does not know these items: 'elsewhere'."), ("seeker", "No event is on an item"),
            ("nobody", "A user needs an event on an item that counts"),
        })
        {
            foreach (string lookup in new[] { "similar", "explanation" })
            {
                // The first of them may find the model not yet read.
                await Wait.UntilAsync(async () => ((string?)(await host.Client.AssertProblemAsync(
                    HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/{lookup}"))["detail"])!.Contains(reason, StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Several_users_are_returned_in_the_requested_order()
    {
        await using var host = await PublishedAsync();
        var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = new[] { "cook-2", "nobody", "hiker-1" } });
        Assert.Equal(["cook-2", "hiker-1"], answer!["found"]!.AsArray().Select(user => (string?)user!["userId"]));
        Assert.Equal(["nobody"], answer["missing"]!.AsArray().Select(user => (string?)user));
        foreach (object request in new object[] { new { userIds = Array.Empty<string>() }, new { userIds = new string[1001] }, new { }, new { userIds = 7 }, new[] { 1 } })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/users/clusters", request);
    }

    [Fact]
    public async Task Cluster_sizes_add_up_and_clusters_have_profiles()
    {
        await using var host = await PublishedAsync();
        var page = await host.Client.GetJsonAsync("/clusters?limit=1");
        var rest = await host.Client.GetJsonAsync($"/clusters?cursor={page["nextCursor"]}");
        var clusters = page["items"]!.AsArray().Concat(rest["items"]!.AsArray()).ToList();
        Assert.Null(rest["nextCursor"]);
        Assert.Equal([1, 2], clusters.Select(cluster => (int)cluster!["id"]!));
        Assert.Equal(30, clusters.Sum(cluster => (int)cluster!["users"]!));
        Assert.Equal(1, clusters.Sum(cluster => (double)cluster!["share"]!), 1e-9);
        Assert.Equal(2, clusters.Select(cluster => (string?)cluster!["label"]).Distinct().Count());
        foreach (var cluster in clusters)
        {
            Assert.InRange((double)cluster!["cohesion"]!, .5, 1);
            Assert.True((double)cluster["topCategories"]![0]!["lift"]! > 1.3);
            Assert.NotNull((string?)cluster["topItems"]![0]!["title"]);
            Assert.NotEmpty(cluster["topTerms"]!.AsArray());
            Assert.NotEmpty(cluster["medoids"]!.AsArray());
        }

        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/clusters/999999");
        foreach (string query in new[] { "limit=0", "cursor=!", "cursor=abcd" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusters?{query}");
    }

    [Fact]
    public async Task Known_ETags_return_304_until_another_clustering_is_published()
    {
        await using var host = await PublishedAsync();
        string[] paths = ["/users/hiker-0/cluster", "/clusters", "/clusters/1"];
        var etags = new Dictionary<string, string>();
        foreach (string path in paths)
        {
            var (_, _, response) = await host.Client.CallAsync(HttpMethod.Get, path);
            Assert.False(response.Headers.ETag!.IsWeak);
            string etag = etags[path] = response.Headers.ETag.Tag;
            foreach (string known in new[] { etag, $"\"other\", {etag}", "*" })
                Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", known))).Status);
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", "\"other\""))).Status);
        }

        string next = (string)(await host.Client.ClusterAsync(PlantedEvents.Request(seed: 2)))["id"]!;
        await host.Client.PublishedAsync(next, "hiker-0");
        foreach (string path in paths)
        {
            var (status, _, changed) = await host.Client.CallAsync(HttpMethod.Get, path, null, ("If-None-Match", etags[path]));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.NotEqual(etags[path], changed.Headers.ETag!.Tag);
        }
    }

    [Fact]
    public async Task Every_process_loads_a_newly_published_clustering()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var worker = await ApiHost.StartAsync(database);
        await using var api = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await worker.Client.UploadAsync(PlantedEvents.Create());
        var done = await worker.Client.ClusterAsync(PlantedEvents.Request());
        await api.Client.PublishedAsync((string?)done["id"], "hiker-0");
    }

    [Fact]
    public async Task Lookups_continue_and_writes_return_503_while_the_database_is_unavailable()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");

        await using (await DatabaseOutage.BeginAsync(database))
        {
            await host.Client.GetJsonAsync("/users/hiker-0/cluster");
            await host.Client.GetJsonAsync("/clusters");
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster");
            await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Post, "/events", PlantedEvents.Create().Take(1));
            await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/clusterings");
            var (_, _, response) = await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-0/interests");
            Assert.NotNull(response.Headers.RetryAfter);
        }

        // Connections that were idle may still be noticed as broken, each by an answer 503.
        await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Post, "/events", PlantedEvents.Create().Take(1))).Status switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.ServiceUnavailable => false,
            var status => throw new InvalidOperationException($"{status}"),
        });
    }

    [Fact]
    public async Task Interests_include_new_events_and_the_lift()
    {
        await using var host = await PublishedAsync();
        var interests = await host.Client.GetJsonAsync("/users/hiker-0/interests?limit=5");
        Assert.Equal("hiker-0", (string?)interests["userId"]);
        Assert.Equal(5, interests["interests"]!.AsArray().Count);
        var hiking = interests["interests"]!.AsArray().Single(interest => (string?)interest!["dimension"] == "category")!;
        Assert.Equal(("Hiking", 8), ((string?)hiking["name"], (int)hiking["events"]!));
        Assert.InRange((double)hiking["intensity"]!, .5, 1);
        Assert.InRange((double)hiking["lift"]!, 1.2, 2);
        Assert.Equal(1, interests["clusters"]!.AsArray().Sum(cluster => (double)cluster!["probability"]!), 1e-4);

        await host.Client.UploadAsync(Enumerable.Range(0, 9).Select(n => new { userId = "hiker-0", itemId = "Cooking-1", eventType = "purchase", timestamp = $"2024-03-09T0{n}:00:00Z" }));
        interests = await host.Client.GetJsonAsync("/users/hiker-0/interests");
        Assert.Contains(interests["interests"]!.AsArray(), interest => (string?)interest!["name"] == "Cooking");

        // Events from a clock that is ahead must not reduce the intensity of other interests.
        string before = interests["interests"]!.ToJsonString();
        await host.Client.UploadAsync(Enumerable.Range(0, 2).Select(n => new { userId = "hiker-0", itemId = "Cooking-2", eventType = "view", timestamp = $"9000-01-0{n + 1}T00:00:00Z" }));
        Assert.Equal(before, (await host.Client.GetJsonAsync("/users/hiker-0/interests"))["interests"]!.ToJsonString());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/interests");
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/users/hiker-0/interests?limit=0");
    }

    [Fact]
    public async Task Ids_may_contain_any_character()
    {
        string[] ids = ["用户1", "a/b", "a%2Fb", "x y", "😀", "A?b#c", "100%", "+&=", "o'; drop table events;--"];
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create().Concat(ids.SelectMany(id => Enumerable.Range(0, 4).Select(n => new
        {
            userId = id,
            itemId = $"Hiking-{n}",
            eventType = "view",
            timestamp = $"2024-03-02T0{n}:00:00Z",
        }))));
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        foreach (string id in ids)
        {
            string escaped = Uri.EscapeDataString(id);
            Assert.Equal(id, (string?)(await host.Client.GetJsonAsync($"/users/{escaped}/cluster"))["userId"]);
            Assert.Equal(id, (string?)(await host.Client.GetJsonAsync($"/users/{escaped}/interests"))["userId"]);
        }
    }

    private async Task<ApiHost> PublishedAsync()
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal("succeeded", (string?)done["state"]);
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        return host;
    }
}
