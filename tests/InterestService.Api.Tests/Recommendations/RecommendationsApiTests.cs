using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Recommendations;

public sealed class RecommendationsApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Before_the_first_publication_there_are_no_recommendations()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/u/recommendations");
    }

    [Fact]
    public async Task Unseen_items_of_the_users_interest_come_first_with_a_reason()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        foreach (var (user, category) in new[] { ("hiker-3", "Hiking"), ("cook-4", "Cooking") })
        {
            var own = await SeenAsync(host, user);
            var answer = await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=1000");
            Assert.False((bool)answer["isControl"]!);
            Assert.Equal(24, ((string?)answer["recommendationId"])!.Length);
            var items = answer["items"]!.AsArray();
            Assert.Equal(20 - own.Count, items.Count);
            Assert.Empty(Ids(items).Intersect(own));
            Assert.StartsWith(category, Ids(items)[0], StringComparison.Ordinal);
            Assert.NotNull((string?)items[0]!["title"]);
            double[] scores = [.. items.Select(item => (double)item!["score"]!)];
            Assert.Equal(scores.OrderDescending(), scores);
            Assert.All(scores, score => Assert.InRange(score, 0, 1));
            Assert.Contains(items, item => (string?)item!["source"] == "encoder");
            foreach (var item in items)
            {
                // Nothing of an interest speaks for an item of the other one.
                if ((string?)item!["source"] == "encoder")
                {
                    Assert.StartsWith("Because of \"", (string?)item["because"], StringComparison.Ordinal);
                    Assert.StartsWith(category, (string?)item["itemId"], StringComparison.Ordinal);
                    Assert.Contains((string?)item["becauseItemId"], own);
                }
                else
                {
                    Assert.EndsWith("are interested in it", (string?)item["because"], StringComparison.Ordinal);
                    Assert.Null((string?)item["becauseItemId"]);
                }
            }

            Assert.Equal(20, (await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=1000&includeSeen=true"))["items"]!.AsArray().Count);
        }

        foreach (string query in new[] { "limit=0", "limit=1001", "limit=x", "includeSeen=perhaps" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/users/hiker-3/recommendations?{query}");
    }

    [Fact]
    public async Task The_last_committed_event_is_used_and_an_impression_is_not_an_interaction()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        string first = Ids(await ItemsAsync(host, "hiker-3"))[0];
        await host.Client.UploadAsync([RecommendingHost.Event("hiker-3", first, "impression")]);
        Assert.Equal(first, Ids(await ItemsAsync(host, "hiker-3"))[0]);
        await host.Client.UploadAsync([RecommendingHost.Event("hiker-3", first)]);
        Assert.DoesNotContain(first, Ids(await ItemsAsync(host, "hiker-3")));

        await host.Client.UploadAsync([RecommendingHost.Event("new", "Cooking-1"), RecommendingHost.Event("new", "Cooking-2", minute: 1)]);
        var items = await ItemsAsync(host, "new");
        Assert.StartsWith("Cooking", Ids(items)[0], StringComparison.Ordinal);
        Assert.Equal("encoder", (string?)items[0]!["source"]);
    }

    [Fact]
    public async Task What_was_seen_long_ago_by_any_of_the_ids_is_seen()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        string[] early = ["Hiking-0", "Hiking-1", "Hiking-2"];
        await host.Client.UploadAsync(early.Select((item, n) => new { userId = "old-phone", itemId = item, eventType = "view", timestamp = $"2023-01-0{n + 1}T10:00:00Z" }));
        await host.Client.UploadAsync([new { userId = "reader", itemId = "Hiking-3", eventType = "Impression", timestamp = "2023-01-01T10:00:00Z" }]);
        await host.Client.UploadAsync(Enumerable.Range(0, 5_100).Select(n => new
        {
            userId = "reader",
            itemId = $"Cooking-{n % 10}",
            eventType = "view",
            timestamp = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(n).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        }));
        await host.Client.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = "reader", alias = "old-phone" } });
        foreach (string id in new[] { "reader", "old-phone" })
        {
            string[] items = Ids((await host.Client.GetJsonAsync($"/users/{id}/recommendations?limit=1000"))["items"]!.AsArray());
            Assert.Equal(Enumerable.Range(3, 7).Select(n => $"Hiking-{n}"), items.Order());
            Assert.Equal(20, (await host.Client.GetJsonAsync($"/users/{id}/recommendations?limit=1000&includeSeen=true"))["items"]!.AsArray().Count);
        }
    }

    [Fact]
    public async Task Unknown_and_opted_out_users_get_popular_items()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        await host.Client.UploadAsync([RecommendingHost.Event("stranger", "elsewhere")]);
        await host.Client.CallAsync(HttpMethod.Put, "/users/cook-4/opt-out");
        var unknown = await ItemsAsync(host, "nobody");
        Assert.Equal(Ids(unknown), Ids(await ItemsAsync(host, "stranger")));
        foreach (string user in new[] { "nobody", "stranger", "cook-4" })
            Assert.All(await ItemsAsync(host, user), item => Assert.Equal("popular", (string?)item!["source"]));
        Assert.Empty(Ids(await ItemsAsync(host, "cook-4")).Intersect(await SeenAsync(host, "cook-4")));
        Assert.EndsWith("of all users are interested in it", (string?)unknown[0]!["because"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_of_the_control_group_belongs_to_it_under_every_id()
    {
        await using var host = await RecommendingHost.StartAsync(postgres, "--InterestService:ControlShare=.5", "--InterestService:ControlSalt=spring");
        var controls = new List<string>();
        foreach (string user in Enumerable.Range(0, 15).SelectMany(n => new[] { $"hiker-{n}", $"cook-{n}" }))
        {
            var answer = await host.Client.GetJsonAsync($"/users/{user}/recommendations");
            if ((bool)answer["isControl"]!) controls.Add(user);
            Assert.Equal((bool)answer["isControl"]!, (string?)answer["items"]![0]!["source"] == "popular");
        }

        Assert.InRange(controls.Count, 5, 25);
        await host.Client.CallAsync(HttpMethod.Put, "/users/links", controls.Select(user => new { userId = user, alias = $"{user}-phone" }));
        foreach (string user in controls)
            Assert.True((bool)(await host.Client.GetJsonAsync($"/users/{user}-phone/recommendations"))["isControl"]!);
    }

    private static async Task<JsonArray> ItemsAsync(ApiHost host, string user) =>
        (await host.Client.GetJsonAsync($"/users/{user}/recommendations"))["items"]!.AsArray();

    private static async Task<HashSet<string?>> SeenAsync(ApiHost host, string user)
    {
        // An interest requires two events, so the seen items are computed as a difference instead.
        var all = Ids((await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=1000&includeSeen=true"))["items"]!.AsArray());
        var unseen = Ids((await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=1000"))["items"]!.AsArray());
        return [.. all.Except(unseen)];
    }

    private static string[] Ids(JsonArray items) => [.. items.Select(item => (string)item!["itemId"]!)];
}
