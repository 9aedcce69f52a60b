using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Privacy;

public sealed class OptOutTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoder = "svd", clusters = 2, seed = 1 };

    [Fact]
    public async Task Who_opted_out_is_in_no_later_clustering_until_taken_in_again()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        for (int i = 0; i < 2; i++) await host.Client.DoAsync(HttpMethod.Put, "/users/cook-5/opt-out");
        Assert.Equal((29, 232), await ClusterAsync(host));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-5/opt-out");
        Assert.Equal((30, 240), await ClusterAsync(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_opt_out_holds_for_all_that_the_id_is_joined_with_before_and_after(bool optOutFirst)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        if (optOutFirst) await host.Client.DoAsync(HttpMethod.Put, "/users/hiker-7/opt-out");
        await host.Client.LinkAsync(("hiker-8", "hiker-7"), ("cook-1", "hiker-8"));
        if (!optOutFirst) await host.Client.DoAsync(HttpMethod.Put, "/users/hiker-7/opt-out");
        Assert.Equal((27, 216), await ClusterAsync(host));

        // It is that of the id, whatever other ids of the person say.
        foreach (string other in new[] { "cook-1", "hiker-8" }) await host.Client.DoAsync(HttpMethod.Delete, $"/users/{other}/opt-out");
        Assert.Equal((27, 216), await ClusterAsync(host));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-7/opt-out");
        Assert.Equal((28, 240), await ClusterAsync(host));
    }

    [Fact]
    public async Task A_link_that_is_taken_back_lifts_no_opt_out()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.LinkAsync(("cook-3", "cook-4"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-4/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/cook-4");
        Assert.Equal((28, 224), await ClusterAsync(host));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-3/opt-out");
        Assert.Equal((29, 232), await ClusterAsync(host));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-4/opt-out");
        Assert.Equal((30, 240), await ClusterAsync(host));
    }

    [Fact]
    public async Task Nothing_personal_is_served_of_who_opted_out_by_any_id_and_all_of_it_again_afterwards()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database);
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.LinkAsync(("hiker-1", "laptop"));
        await host.Client.PublishedAsync((string?)(await host.Client.ClusterAsync(_request))["id"], "hiker-1");
        var before = await host.Client.GetJsonAsync("/users/hiker-1/cluster");
        string list = $"/clusters/{before["clusterId"]}";
        int users = (int)(await host.Client.GetJsonAsync(list))["users"]!;
        await using var other = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await other.Client.PublishedAsync((string?)before["clusteringId"], "hiker-1");

        await host.Client.DoAsync(HttpMethod.Put, "/users/laptop/opt-out");
        foreach (string what in new[] { "cluster", "interests", "explanation", "similar", "cluster-history" })
        {
            foreach (string id in new[] { "hiker-1", "laptop" })
            {
                var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{id}/{what}");
                Assert.Contains("opted out", (string)problem["title"]!, StringComparison.Ordinal);
            }
        }

        var recommended = (await host.Client.GetJsonAsync("/users/hiker-1/recommendations"))["items"]!.AsArray();
        Assert.NotEmpty(recommended);
        Assert.All(recommended, item => Assert.Equal(("popular", null), ((string?)item!["source"], (string?)item["becauseItemId"])));
        var (_, many, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = new[] { "laptop", "hiker-2" } });
        Assert.Equal("laptop", (string?)many!["missing"]!.AsArray().Single());
        Assert.Equal(users - 1, (int)(await host.Client.GetJsonAsync(list))["users"]!);
        Assert.DoesNotContain("\"hiker-1\"", (await host.Client.GetJsonAsync($"{list}/users?limit=1000")).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"hiker-1\"", (await host.Client.GetJsonAsync("/users/hiker-2/similar?limit=1000")).ToJsonString(), StringComparison.Ordinal);
        while ((await other.Client.CallAsync(HttpMethod.Get, "/users/hiker-1/cluster")).Status != HttpStatusCode.NotFound)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await using (var restarted = await ApiHost.StartAsync(database, "--InterestService:Role=Api"))
        {
            await restarted.Client.PublishedAsync((string?)before["clusteringId"], "hiker-2");
            await restarted.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/laptop/cluster");
        }

        await host.Client.DoAsync(HttpMethod.Delete, "/users/laptop/opt-out");
        Assert.Equal(before.ToJsonString(), (await host.Client.GetJsonAsync("/users/laptop/cluster")).ToJsonString());
        Assert.Equal(users, (int)(await host.Client.GetJsonAsync(list))["users"]!);
        await host.Client.GetJsonAsync("/users/laptop/interests");
    }

    [Fact]
    public async Task Someone_new_who_opted_out_by_one_id_is_not_placed_by_another()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        await host.Client.DoAsync(HttpMethod.Put, "/users/old-phone/opt-out");
        await host.Client.LinkAsync(("new", "old-phone"));
        await host.Client.UploadAsync(Enumerable.Range(0, 4).Select(n => new { userId = "new", itemId = $"Hiking-{n}", eventType = "view", timestamp = $"2024-03-09T0{n}:00:00Z" }));
        Assert.Equal(0, await host.AssignNewUsersAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/new/cluster");
    }

    private static async Task<(int Users, int Events)> ClusterAsync(ApiHost host)
    {
        var done = await host.Client.ClusterAsync(_request);
        Assert.Equal("succeeded", (string?)done["state"]);
        return ((int)done["users"]!, (int)done["events"]!);
    }
}
