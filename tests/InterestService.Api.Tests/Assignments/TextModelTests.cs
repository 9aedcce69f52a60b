using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Assignments;

/// <summary>What a model that reads texts knows of searches and of items that come later.</summary>
public sealed class TextModelTests(PostgresFixture postgres)
{
    private static readonly string[] _garden = ["garden hose", "lawn mower", "rose fertiliser", "flower pots", "hedge shears", "watering can"];
    private static readonly string[] _music = ["electric guitar", "drum sticks", "piano stool", "violin strings", "bass amplifier", "trumpet case"];

    [Fact]
    public async Task Who_only_searches_has_a_cluster_and_interests_and_no_query_is_kept_in_the_model()
    {
        await using var host = await StartAsync("text");
        int gardeners = await ClusterOfAsync(host, "gardener-0"), musicians = await ClusterOfAsync(host, "musician-0");
        Assert.NotEqual(gardeners, musicians);
        Assert.Equal(gardeners, await ClusterOfAsync(host, "plant-seeker"));
        Assert.Equal(musicians, await ClusterOfAsync(host, "tune-seeker"));

        var interests = (await host.Client.GetJsonAsync("/users/plant-seeker/interests"))["interests"]!.AsArray();
        Assert.Contains(interests, interest => (string?)interest!["dimension"] == "category" && (string?)interest["name"] == "Outdoors");
        Assert.Contains(interests, interest => (string?)interest!["dimension"] == "term" && ((string?)interest["name"])!.Contains("tulip", StringComparison.OrdinalIgnoreCase));
        var recommended = (await host.Client.GetJsonAsync("/users/plant-seeker/recommendations?limit=3"))["items"]!.AsArray();
        Assert.All(recommended, item => Assert.Contains((string?)item!["itemId"], _garden));
        Assert.StartsWith("Because you searched for", (string?)recommended[0]!["because"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/users/plant-seeker/explanation")).Status);

        await using var query = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT content FROM models");
        byte[] model = (byte[])(await query.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(-1, model.AsSpan().IndexOf(Encoding.UTF8.GetBytes("tulip bulbs")));
    }

    [Fact]
    public async Task A_query_alone_and_an_item_that_came_later_have_a_place()
    {
        await using var host = await StartAsync("text");
        int gardeners = await ClusterOfAsync(host, "gardener-0"), musicians = await ClusterOfAsync(host, "musician-0");
        Assert.Equal(musicians, await AssignAsync(host, new { eventType = "search", query = "acoustic guitar", timestamp = "2025-05-01T10:00:00Z" }));

        // The first has its title from the catalogue, the second from its event, and that of the third comes after the event.
        await host.Client.CallAsync(HttpMethod.Put, "/items", new[] { new { itemId = "new-1", title = "grass seed and plant soil" } });
        await host.Client.UploadAsync([View("first", "new-1"), View("second", "new-2", "saxophone reeds"), View("third", "new-3"), View("nobody", "new-4"), View("gardener-1", "new-1")]);
        Assert.Equal(gardeners, await AssignAsync(host, new { eventType = "view", itemId = "new-1", timestamp = "2025-05-01T10:00:00Z" }));
        await host.AssignNewUsersAsync();
        Assert.Equal(gardeners, await ClusterOfAsync(host, "first", "incremental"));
        Assert.Equal(musicians, await ClusterOfAsync(host, "second", "incremental"));
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/third/cluster");
        Assert.Contains("a search that counts", (string?)problem["detail"], StringComparison.Ordinal);

        await host.Client.CallAsync(HttpMethod.Put, "/items", new[] { new { itemId = "new-3", title = "clarinet" } });
        await host.AssignNewUsersAsync();
        Assert.Equal(musicians, await ClusterOfAsync(host, "third", "incremental"));
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster");

        string[] gardening = await RecommendedAsync(host, "gardener-2"), seen = await RecommendedAsync(host, "gardener-1");
        Assert.Contains("new-1", gardening);
        Assert.DoesNotContain("new-1", seen);
        var second = (await host.Client.GetJsonAsync("/users/second/recommendations?limit=1"))["items"]![0]!;
        Assert.Equal(("Because of \"saxophone reeds\"", "new-2"), ((string?)second["because"], (string?)second["becauseItemId"]));
    }

    [Fact]
    public async Task An_encoder_that_reads_items_only_says_so()
    {
        await using var host = await StartAsync("svd");
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/plant-seeker/cluster");
        Assert.Contains("the encoder 'svd' reads no searches", (string?)problem["detail"], StringComparison.Ordinal);
        problem = await host.Client.AssertProblemAsync(
            HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/assignments",
            new { events = new[] { new { eventType = "search", query = "guitar", timestamp = "2025-05-01T10:00:00Z" } } });
        Assert.Contains("does not read searches", (string?)problem["detail"], StringComparison.Ordinal);
    }

    private static async Task<ApiHost> StartAsync(PostgresFixture postgres, string encoder)
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var random = new Random(5);
        var events = new List<object>();
        foreach (var (user, titles) in new[] { ("gardener", _garden), ("musician", _music) })
            for (int n = 0; n < 12; n++)
                foreach (string title in random.GetItems(titles, 3)) events.Add(View($"{user}-{n}", title, title, events.Count));
        foreach (var (user, query) in new[] { ("plant-seeker", "tulip bulbs"), ("plant-seeker", "plants for the garden"), ("tune-seeker", "violin lessons"), ("tune-seeker", "guitar strings") })
            events.Add(new { userId = user, eventType = "search", query, category = user == "plant-seeker" ? "Outdoors" : null, timestamp = $"2025-04-02T10:{events.Count % 60:D2}:00Z" });
        await host.Client.UploadAsync(events);
        var done = await host.Client.ClusterAsync(new { encoder, clusters = 2, seed = 1, parameters = new { dimensions = 8 } });
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        await host.Client.PublishedAsync((string?)done["id"], "gardener-0");
        return host;
    }

    private Task<ApiHost> StartAsync(string encoder) => StartAsync(postgres, encoder);

    private static object View(string user, string item, string? title = null, int n = 0) =>
        new { userId = user, itemId = item, title, eventType = "view", timestamp = $"2025-04-0{1 + (n / 60 % 9)}T09:{n % 60:D2}:30Z" };

    private static async Task<int> ClusterOfAsync(ApiHost host, string user, string source = "batch")
    {
        var found = await host.Client.GetJsonAsync($"/users/{user}/cluster");
        Assert.Equal(source, (string?)found["source"]);
        return (int)found["clusterId"]!;
    }

    private static async Task<int> AssignAsync(ApiHost host, object sent)
    {
        var (status, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/assignments", new { events = new[] { sent } });
        Assert.True(status == HttpStatusCode.OK, answer?.ToJsonString());
        return (int)answer!["clusterId"]!;
    }

    private static async Task<string[]> RecommendedAsync(ApiHost host, string user) =>
        [.. (await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=5"))["items"]!.AsArray().Select(item => (string)item!["itemId"]!)];
}
