using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Publishing;

public sealed class NewUserAssignerTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_new_user_is_assigned_without_a_new_clustering_and_reassigned_after_later_events()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone);
        var (hiker, cook) = (await host.Client.GetJsonAsync("/users/hiker-0/cluster"), await host.Client.GetJsonAsync("/users/cook-0/cluster"));
        await host.Client.CallAsync(HttpMethod.Put, "/users/shy/opt-out");
        await host.Client.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = "new", alias = "tablet" } });
        Assert.Equal(0, await host.AssignNewUsersAsync());
        string tag = await TagAsync(host, "hiker-0");
        await host.Client.UploadAsync([
            .. Events("new", "Hiking", 2), .. Events("tablet", "Hiking", 3), .. Events("shy", "Hiking", 4), .. Events("stranger", "Chess", 4),
            .. Events("cook-0", "Hiking", 9)]);
        await host.AssignNewUsersAsync();

        var found = await host.Client.GetJsonAsync("/users/new/cluster");
        Assert.Equal(((int)hiker["clusterId"]!, "incremental"), ((int)found["clusterId"]!, (string)found["source"]!));
        Assert.Equal((string?)hiker["clusteringId"], (string?)found["clusteringId"]);
        Assert.True((DateTime)found["assignedAt"]! > (DateTime)hiker["assignedAt"]!);
        Assert.Equal((double)found["distance"]!, (double)(await host.Client.GetJsonAsync("/users/tablet/cluster"))["distance"]!);
        foreach (string user in new[] { "shy", "stranger" })
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
        Assert.Equal(["batch", "incremental"], (await FindAsync(host, "cook-0", "new")).Select(user => (string)user["source"]!));
        Assert.Equal((int)cook["clusterId"]!, (int)(await FindAsync(host, "cook-0"))[0]["clusterId"]!);

        // The ETags of users without changes stay the same.
        string newTag = await TagAsync(host, "new");
        foreach (var (user, known) in new[] { ("hiker-0", tag), ("new", newTag) })
            Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, $"/users/{user}/cluster", null, ("If-None-Match", known))).Status);
        Assert.Equal(0, await host.AssignNewUsersAsync());

        await host.Client.UploadAsync(Events("new", "Cooking", 10, "purchase"));
        await host.AssignNewUsersAsync();
        found = await host.Client.GetJsonAsync("/users/new/cluster");
        Assert.Equal((int)cook["clusterId"]!, (int)found["clusterId"]!);
        Assert.NotEqual(newTag, await TagAsync(host, "new"));
        Assert.Equal(tag, await TagAsync(host, "hiker-0"));
    }

    [Fact]
    public async Task Events_with_weight_0_in_clusterings_are_ignored()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone, "--InterestService:SourceWeights:crawler=0", "--InterestService:FeedbackWeight=0");
        object Event(string user, string? source, string? recommendationId) => new
        {
            userId = user,
            itemId = "Hiking-1",
            eventType = "view",
            timestamp = "2024-03-10T00:00:00Z",
            source,
            recommendationId,
        };
        await host.Client.UploadAsync([Event("ghost", "Crawler", null), Event("echo", null, "r"), Event("person", "web", null)]);
        Assert.Equal(1, await host.AssignNewUsersAsync());
        await host.Client.GetJsonAsync("/users/person/cluster");
        foreach (string user in new[] { "ghost", "echo" })
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
        foreach (object sent in new[] { Event("x", "Crawler", null), Event("x", null, "r") })
            await host.Client.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/assignments", new { events = new[] { sent } });
    }

    [Fact]
    public async Task One_of_several_workers_assigns_and_every_process_reads_the_assignment()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone);
        await using var other = await ApiHost.StartAsync(Connection(host), ApiHost.Alone);
        await host.Client.UploadAsync(Enumerable.Range(0, 25).SelectMany(n => Events($"new-{n}", "Cooking", 2)));
        await Task.WhenAll(new[] { host, other, host, other }.Select(each => each.AssignNewUsersAsync()));
        await using var rows = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            "SELECT count(*) || ' in ' || count(DISTINCT increment) FROM assignments WHERE increment > 0");
        Assert.Equal("25 in 1", await rows.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        string clustering = (string)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusteringId"]!;
        foreach (var process in new[] { host, other }) await process.Client.PublishedAsync(clustering, "new-24");
    }

    [Fact]
    public async Task An_erased_user_is_assigned_again_only_after_new_events()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone);
        await host.Client.UploadAsync(Events("new", "Hiking", 3));
        await host.AssignNewUsersAsync();
        foreach (string user in new[] { "new", "hiker-2" })
        {
            await host.Client.GetJsonAsync($"/users/{user}/cluster");
            await host.Client.CallAsync(HttpMethod.Delete, $"/users/{user}");
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
        }

        Assert.Equal(0, await host.AssignNewUsersAsync());
        await host.Client.UploadAsync([.. Events("new", "Cooking", 3), .. Events("hiker-2", "Cooking", 3)]);
        Assert.Equal(2, await host.AssignNewUsersAsync());
        int cook = (int)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusterId"]!;
        Assert.All(await FindAsync(host, "new", "hiker-2"), user => Assert.Equal((cook, "incremental"), ((int)user["clusterId"]!, (string)user["source"]!)));
        await host.Client.CallAsync(HttpMethod.Delete, "/users/cook-1");
        Assert.Equal(2, (await FindAsync(host, "new", "cook-1", "hiker-2")).Count);
    }

    [Fact]
    public async Task A_new_user_who_takes_everything_back_has_no_cluster_until_something_counts_again()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone);
        await using var other = await ApiHost.StartAsync(Connection(host), ApiHost.Alone);
        await other.Client.PublishedAsync((string)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusteringId"]!, "cook-0");
        await host.Client.UploadAsync([
            .. Events("fickle", "Hiking", 3, "purchase"), .. Events("phone", "Hiking", 2, "follow"), .. Events("steady", "Cooking", 3, "purchase"),
            .. Events("half", "Cooking", 3, "purchase"), .. Events("shy", "Cooking", 2, "like")]);
        Assert.Equal(5, await host.AssignNewUsersAsync());
        string unchanged = (await host.Client.GetJsonAsync("/users/steady/cluster")).ToJsonString();
        int hikers = await UsersAsync(host, "hiker-0"), cooks = await UsersAsync(host, "cook-0");
        await host.Client.LinkAsync(("desk", "phone")); // the assignment is that of the alias
        await host.Client.UploadAsync([
            .. Events("fickle", "Hiking", 3, "refund", day: 11), .. Events("desk", "Hiking", 2, "unfollow", day: 11), .. Events("half", "Cooking", 2, "refund", day: 11),
            .. Events("shy", "Cooking", 2, "unlike", day: 11), .. Events("hiker-1", "Hiking", 10, "return", day: 11), .. Events("stranger", "Chess", 2, "refund", day: 11)]);
        await host.Client.CallAsync(HttpMethod.Put, "/users/shy/opt-out");
        await host.AssignNewUsersAsync();

        foreach (string user in new[] { "fickle", "phone", "desk" })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
            var unknown = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster");
            Assert.Equal((string)unknown["detail"]!, ((string)problem["detail"]!).Replace(user, "nobody", StringComparison.Ordinal));
            await Wait.UntilAsync(async () => (await other.Client.CallAsync(HttpMethod.Get, $"/users/{user}/cluster")).Status == HttpStatusCode.NotFound);
        }

        Assert.Equal((hikers - 2, cooks - 1), (await UsersAsync(host, "hiker-0"), await UsersAsync(host, "cook-0")));
        Assert.Equal(unchanged, (await host.Client.GetJsonAsync("/users/steady/cluster")).ToJsonString());
        Assert.Equal(3, (await FindAsync(host, "half", "steady", "hiker-1")).Count);
        Assert.Equal(0, await host.AssignNewUsersAsync());

        await host.Client.UploadAsync(Events("fickle", "Cooking", 2, day: 12));
        Assert.Equal(1, await host.AssignNewUsersAsync());
        Assert.Equal(2, (await FindAsync(host, "fickle", "half")).DistinctBy(user => (string)user["userId"]!).Count());

        static async Task<int> UsersAsync(ApiHost host, string member)
        {
            int id = (int)(await host.Client.GetJsonAsync($"/users/{member}/cluster"))["clusterId"]!;
            return (int)(await host.Client.GetJsonAsync($"/clusters/{id}"))["users"]!;
        }
    }

    [Fact]
    public async Task A_rollback_assigns_the_users_added_since()
    {
        await using var host = await PublishedHost.StartAsync(postgres, ApiHost.Alone);
        string first = (string)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusteringId"]!;
        await host.Client.UploadAsync(Events("early", "Hiking", 3));
        string second = (string)(await host.Client.ClusterAsync(PlantedEvents.Request(seed: 2)))["id"]!;
        await host.Client.PublishedAsync(second, "cook-0");
        await host.Client.UploadAsync(Events("late", "Hiking", 3));
        await host.AssignNewUsersAsync();
        Assert.Equal(["batch", "incremental"], (await FindAsync(host, "early", "late")).Select(user => (string)user["source"]!));

        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{first}/publish");
        await host.AssignNewUsersAsync();
        var found = await FindAsync(host, "early", "late");
        Assert.Equal(["incremental", "incremental"], found.Select(user => (string)user["source"]!));
        Assert.All(found, user => Assert.Equal(first, (string?)user["clusteringId"]));
        var history = (await host.Client.GetJsonAsync("/users/late/cluster-history"))["items"]!.AsArray();
        Assert.Equal([first, second], history.Select(entry => (string)entry!["clusteringId"]!));
    }

    [Fact]
    public async Task Users_outside_the_window_or_below_the_support_are_not_assigned()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), ApiHost.Alone);
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(new
        {
            clusters = 2,
            from = "2024-03-01T00:00:00Z",
            parameters = new { dimensions = 8, epochs = 2, minimumUserItems = 2 },
        });
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        await host.Client.UploadAsync([.. Events("old", "Hiking", 3, year: 2023), .. Events("idle", "Hiking", 1), .. Events("new", "Hiking", 3)]);
        Assert.Equal(1, await host.AssignNewUsersAsync());
        await host.Client.GetJsonAsync("/users/new/cluster");
    }

    private static async Task<List<JsonNode>> FindAsync(ApiHost host, params string[] userIds)
    {
        var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds });
        return [.. answer!["found"]!.AsArray().Select(user => user!)];
    }

    private static async Task<string> TagAsync(ApiHost host, string user) =>
        (await host.Client.CallAsync(HttpMethod.Get, $"/users/{user}/cluster")).Response.Headers.ETag!.Tag;

    private static string Connection(ApiHost host) => host.Services.GetRequiredService<Api.Hosting.Databases.Database>().ConnectionString;

    private static IEnumerable<object> Events(string user, string interest, int count, string type = "view", int year = 2024, int day = 10) =>
        Enumerable.Range(0, count).Select(n => (object)new
        {
            userId = user,
            itemId = $"{interest}-{n % 10}",
            eventType = type,
            timestamp = $"{year}-03-{day}T{n:00}:00:00Z",
        });
}
