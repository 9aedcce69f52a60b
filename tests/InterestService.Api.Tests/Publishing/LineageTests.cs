using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Storage.Queries;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Publishing;

public sealed class LineageTests(PostgresFixture postgres)
{
    private static readonly string[] _users = [.. Enumerable.Range(0, 15).SelectMany(n => new[] { $"hiker-{n}", $"cook-{n}" })];

    [Fact]
    public async Task Clusters_persist_when_the_same_events_and_a_few_new_ones_are_clustered_again()
    {
        await using var host = await StartAsync();
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
    public async Task Users_stay_in_their_clusters_even_where_those_are_cut_by_chance()
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

        // One that is told to stand alone owes the published one nothing.
        var alone = await host.Client.ClusterAsync(new
        {
            clusters = 6,
            seed = 5,
            publish = "manual",
            parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8, carryOver = 0 },
        });
        Assert.InRange((int)alone["lineage"]!["users"]!["stayed"]!, 0, 150);
    }

    [Fact]
    public async Task A_new_cluster_gets_an_id_that_none_had_before_even_one_that_was_deleted()
    {
        await using var host = await StartAsync();
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
    public async Task Ids_are_decided_again_when_another_clustering_was_published_meanwhile()
    {
        await using var host = await StartAsync();
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
    public async Task A_rollback_brings_the_earlier_ids_back()
    {
        await using var host = await StartAsync();
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
    public async Task Two_clusterings_are_compared_by_the_users_of_both()
    {
        await using var host = await StartAsync();
        var first = await ClusterAsync(host);
        await host.Client.UploadAsync(Enumerable.Range(0, 8).Select(n => Event("newcomer", $"Hiking-{n}")));
        var second = await ClusterAsync(host, clusters: 4);
        string path = $"/clusterings/{first["id"]}/compare/{second["id"]}?limit=3";
        var comparison = await host.Client.GetJsonAsync(path);
        foreach (string part in new[] { "matched", "born", "dead", "split", "merged", "users" })
            Assert.Equal(second["lineage"]![part]!.ToJsonString(), comparison[part]!.ToJsonString());
        Assert.Equal(((string?)first["id"], (string?)second["id"]), ((string?)comparison["previousId"], (string?)comparison["currentId"]));
        Assert.InRange((double)comparison["adjustedRandIndex"]!, .2, .9);
        Assert.InRange((double)comparison["normalizedMutualInformation"]!, .3, .95);
        var users = comparison["users"]!;
        Assert.Equal((30, 1, 0), ((int)users["stayed"]! + (int)users["moved"]!, (int)users["joined"]!, (int)users["left"]!));
        Assert.Equal((int)users["moved"]!, comparison["moves"]!.AsArray().Sum(move => (int)move!["users"]!));

        var moved = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = (await host.Client.GetJsonAsync($"{path}&cursor={cursor}"))["usersMoved"]!;
            moved.AddRange(page["items"]!.AsArray().Select(move => (string)move!["userId"]!));
            cursor = (string?)page["nextCursor"];
        }

        Assert.Equal((int)users["moved"]!, moved.Count);
        Assert.Equal(moved.Distinct().Order(StringComparer.Ordinal), moved);

        var itself = await host.Client.GetJsonAsync($"/clusterings/{second["id"]}/compare/{second["id"]}");
        Assert.Equal((1.0, 1.0), ((double)itself["adjustedRandIndex"]!, (double)itself["normalizedMutualInformation"]!));
        Assert.Equal(31, (int)itself["users"]!["stayed"]!);
    }

    [Fact]
    public async Task What_cannot_be_compared_says_why()
    {
        await using var host = await StartAsync();
        var good = await ClusterAsync(host);
        var failed = await host.Client.ClusterAsync(new { clusters = 31 });
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{failed["id"]}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{Guid.Empty}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{Guid.Empty}/compare/{good["id"]}");
        foreach (string query in new[] { "limit=0", "cursor=!", "cursor=AA" })
        {
            await host.Client.AssertProblemAsync(
                HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusterings/{good["id"]}/compare/{good["id"]}?{query}");
        }
    }

    [Fact]
    public async Task A_users_history_holds_what_was_published_newest_first()
    {
        await using var host = await StartAsync();
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
    public async Task A_user_without_a_cluster_has_an_empty_history_and_a_stranger_has_none()
    {
        await using var host = await StartAsync();
        await ClusterAsync(host);
        await host.Client.UploadAsync([Event("late", "Hiking-1")]);
        Assert.Empty((await host.Client.GetJsonAsync("/users/late/cluster-history"))["items"]!.AsArray());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster-history");
        foreach (string query in new[] { "limit=0", "limit=1001", "cursor=!", "cursor=abcd" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/users/late/cluster-history?{query}");
    }

    [Fact]
    public async Task Clusters_say_where_they_go()
    {
        await using var host = await StartAsync();
        var first = await ClusterAsync(host);
        Assert.All((await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray(), cluster =>
        {
            Assert.Equal("new", (string?)cluster!["trend"]!["direction"]);
            Assert.Null(cluster["trend"]!["previousUsers"]);
        });
        int hikers = (await IdsAsync(host))["hiker-0"], cooks = (await IdsAsync(host))["cook-0"];

        // As many hikers again: fifteen of thirty become thirty of forty-five.
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

    private async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        return host;
    }

    private static async Task<JsonNode> ClusterAsync(ApiHost host, int clusters = 2, int seed = 1, string publish = "auto")
    {
        var parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8 };
        var done = await host.Client.ClusterAsync(new { clusters, seed, publish, parameters });
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        if (publish != "auto") return done;
        if (!(bool)done["published"]!) done = await PublishAsync(host, done); // a gate held it
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        return done;
    }

    private static async Task<JsonNode> PublishAsync(ApiHost host, JsonNode clustering)
    {
        var (status, published, _) = await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{clustering["id"]}/publish");
        Assert.Equal(HttpStatusCode.OK, status);
        return published!;
    }

    private static async Task<Dictionary<string, int>> IdsAsync(ApiHost host)
    {
        var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = _users });
        return answer!["found"]!.AsArray().ToDictionary(user => (string)user!["userId"]!, user => (int)user!["clusterId"]!);
    }

    private static async Task<IEnumerable<string>> TrendsAsync(ApiHost host) =>
        (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Select(cluster => cluster!["trend"]!.ToJsonString());

    private static List<int> Numbers(JsonNode? array, string? field = null) =>
        [.. array!.AsArray().Select(node => (int)(field is null ? node : node![field])!)];

    private static object Event(string userId, string itemId) =>
        new { userId, itemId, eventType = "view", timestamp = $"2024-03-08T10:0{itemId[^1]}:00Z", category = itemId.Split('-')[0] };
}
