using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings;

/// <summary>What ratings, dislikes and undoing events lead to, from the upload to the recommendations.</summary>
public sealed class EventMeaningsTests(PostgresFixture postgres)
{
    private static readonly string[] _kinds = ["Jazz", "Metal"];

    [Fact]
    public async Task Low_ratings_of_a_hundred_points_neither_pull_nor_explain_nor_recommend()
    {
        var events = Fans("rating", n => 80 + (n % 3 * 10)).Concat(Acts("cold", "Jazz", 5, "rating", 10)).Concat(Acts("warm", "Metal", 5, "rating", 90));
        for (int n = 0; n < 4; n++)
            events = events.Concat(Acts($"hater-{n}", "Jazz", 6, "rating", 5 + n)).Concat(Acts($"hater-{n}", "Metal", 3, "rating", 95, day: 10));
        await using var host = await StartAsync(events);
        var done = await ClusterAsync(host, "metal-fan-0");
        Assert.Equal("""[{"source":null,"eventType":"rating","low":0,"high":100}]""", done["ratingScales"]!.ToJsonString());
        Assert.Equal((29, 1), Removed(done, "disliked"));

        for (int n = 0; n < 4; n++)
        {
            Assert.Equal(await ClusterOfAsync(host, "metal-fan-1"), await ClusterOfAsync(host, $"hater-{n}"));
            Assert.Equal(["Metal"], Kinds((await host.Client.GetJsonAsync($"/users/hater-{n}/explanation"))["items"], "itemId"));
            var recommended = (await host.Client.GetJsonAsync($"/users/hater-{n}/recommendations?limit=5"))["items"];
            Assert.Equal(["Metal"], Kinds(recommended, "itemId"));
            Assert.DoesNotContain("Jazz", Kinds(recommended, "becauseItemId"));
            var (jazz, metal) = (await InterestAsync(host, $"hater-{n}", "Jazz"), await InterestAsync(host, $"hater-{n}", "Metal"));
            Assert.Equal(0, (double)jazz!["intensity"]!);
            Assert.True((double)jazz["sentiment"]! < -.2 && (double)metal!["sentiment"]! > .2);
        }

        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/cold/cluster");
        Assert.Equal(["Metal"], Kinds((await host.Client.GetJsonAsync("/users/cold/recommendations?limit=20"))["items"], "itemId"));
        Assert.True((double)(await InterestAsync(host, "cold", "Jazz"))!["sentiment"]! < -.5);
        Assert.True((double)(await InterestAsync(host, "warm", "Metal"))!["sentiment"]! > .5);
    }

    [Fact]
    public async Task Who_likes_one_kind_is_recommended_nothing_of_another_that_is_disliked()
    {
        // Metal is the most popular; nearly all of Jazz has been heard.
        var events = Fans("rating", n => 4 + (n % 2)).Concat(Enumerable.Range(0, 20).SelectMany(n => Acts($"crowd-{n}", "Metal", 9, "rating", 5)))
            .Concat(Acts("half", "Jazz", 10, "rating", 5)).Concat(Acts("half", "Metal", 4, "rating", 1, day: 12))
            .Concat(Acts("both", "Jazz", 4, "rating", 5)).Concat(Acts("both", "Metal", 4, "rating", 1, day: 12)).Append(Event("both", "Metal", 11, "rating", 5, 20));
        await using var host = await StartAsync(events);
        await ClusterAsync(host, "metal-fan-0");
        Assert.True((double)(await InterestAsync(host, "half", "Metal"))!["sentiment"]! < 0);
        Assert.Equal(2, (await RecommendedAsync("half", 2)).Count);
        Assert.Equal(["Jazz"], Kinds(await RecommendedAsync("half", 8), "itemId"));
        Assert.Equal(["Jazz", "Metal"], Kinds(await RecommendedAsync("both", 24), "itemId").Order());

        async Task<JsonArray> RecommendedAsync(string user, int limit) =>
            (await host.Client.GetJsonAsync($"/users/{user}/recommendations?limit={limit}"))["items"]!.AsArray();
    }

    [Theory]
    [InlineData("svd", "follow", "unfollow")]
    [InlineData("lda", "purchase", "refund")]
    [InlineData("svd", "enrol", "drop")]
    [InlineData("lda", "adore", "regret")]
    public async Task What_was_taken_back_leaves_no_trace(string encoder, string act, string undo)
    {
        var events = Fans(act).Concat(Acts("changed", "Jazz", 8, act)).Concat(Acts("changed", "Jazz", 8, undo, day: 10)).Concat(Acts("changed", "Metal", 2, act, day: 20));
        await using var host = await StartAsync(events, "--InterestService:UndoTypes:regret=adore, cherish");
        var done = await ClusterAsync(host, "metal-fan-0", encoder);
        Assert.Equal((16, 0), Removed(done, "undone"));
        Assert.Equal(await ClusterOfAsync(host, "metal-fan-1"), await ClusterOfAsync(host, "changed"));
        Assert.Equal(["Metal"], Kinds((await host.Client.GetJsonAsync("/users/changed/explanation"))["items"], "itemId"));
        Assert.DoesNotContain("Jazz", Kinds((await host.Client.GetJsonAsync("/users/changed/recommendations?limit=30"))["items"], "becauseItemId"));
        Assert.Null(await InterestAsync(host, "changed", "Jazz"));
        Assert.NotNull(await InterestAsync(host, "changed", "Metal"));
    }

    [Fact]
    public async Task Events_that_are_not_stored_mean_the_same()
    {
        // Thumbs were only given up; a rating of one visitor shows no scale, so the clustering's own holds.
        await using var host = await StartAsync(Fans("thumbs", _ => 1).Concat(Acts("sour", "Jazz", 2, "thumbs", -1)).Concat(Fans("rating", n => n % 2 == 0 ? 10 : 9)));
        await ClusterAsync(host, "metal-fan-0");
        int metal = await ClusterOfAsync(host, "metal-fan-0");
        foreach (var (type, low, high) in new[] { ("thumbs", -1.0, 1.0), ("rating", 2.0, 8.0), ("Rating", 1.0, 10.0) })
        {
            var (status, found, _) = await AssignAsync(host, [.. Acts("new", "Jazz", 4, type, low), .. Acts("new", "Metal", 2, type, high, day: 1)]);
            Assert.Equal((HttpStatusCode.OK, metal), (status, (int)found!["clusterId"]!));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AssignAsync(host, [.. Acts("new", "Jazz", 4, type, low)])).Status);
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AssignAsync(host, [.. Acts("new", "Jazz", 2, "like"), .. Acts("new", "Jazz", 2, "unlike", day: 1)])).Status);
    }

    [Fact]
    public async Task Dislikes_count_nowhere_in_what_is_popular()
    {
        await using var host = await StartAsync(Fans("like").Concat(Enumerable.Range(0, 30).SelectMany(n => Acts($"critic-{n}", "Jazz", 1, "dislike"))
            .Concat(Enumerable.Range(0, 30).SelectMany(n => Acts($"critic-{n}", "Metal", 2, "like")))));
        await ClusterAsync(host, "metal-fan-0");
        Assert.All(
            (await host.Client.GetJsonAsync($"/clusters/{await ClusterOfAsync(host, "metal-fan-0")}/items?limit=100"))["items"]!.AsArray(),
            item => Assert.StartsWith("Metal", (string?)item!["itemId"], StringComparison.Ordinal));
        var popular = (await host.Client.GetJsonAsync("/users/nobody/recommendations?limit=2"))["items"];
        Assert.Equal(["Metal"], Kinds(popular, "itemId"));
    }

    [Fact]
    public async Task Before_anything_is_published_the_scale_shows_in_the_events_of_all_and_a_given_one_comes_first()
    {
        object[] events = [.. Fans("rating", n => 20 + n), .. Acts("low", "Jazz", 3, "rating", 4), .. Acts("fine", "Jazz", 3, "mood", 4)];
        await using var host = await StartAsync(events, "--InterestService:RatingScales:mood=1..4");
        Assert.True((double)(await InterestAsync(host, "low", "Jazz"))!["sentiment"]! < -.9);
        Assert.Equal(1, (double)(await InterestAsync(host, "fine", "Jazz"))!["sentiment"]!);
    }

    private static IEnumerable<object> Fans(string type, Func<int, double>? value = null) =>
        from kind in _kinds
        from fan in Enumerable.Range(0, 12)
        from n in Enumerable.Range(0, 7)
        select Event($"{kind.ToLowerInvariant()}-fan-{fan}", kind, ((fan * 3) + n) % 12, type, value?.Invoke(n), n);

    private static IEnumerable<object> Acts(string user, string kind, int items, string type, double? value = null, int day = 0) =>
        Enumerable.Range(0, items).Select(n => Event(user, kind, n, type, value, day + n));

    private static object Event(string userId, string kind, int item, string eventType, double? value, int day) => new
    {
        userId,
        itemId = $"{kind}-{item}",
        eventType,
        value,
        category = kind,
        timestamp = new DateTime(2024, 5, 1, 12, 0, 0, DateTimeKind.Utc).AddDays(day).ToString("O", CultureInfo.InvariantCulture),
    };

    private async Task<ApiHost> StartAsync(IEnumerable<object> events, params string[] settings)
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), settings);
        await host.Client.UploadAsync(events);
        return host;
    }

    private static async Task<JsonNode> ClusterAsync(ApiHost host, string anyUser, string encoder = "svd")
    {
        var done = await host.Client.ClusterAsync(new { encoder, clusters = 2, parameters = new { dimensions = 4 } });
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        await host.Client.PublishedAsync((string?)done["id"], anyUser);
        return done;
    }

    private static async Task<int> ClusterOfAsync(ApiHost host, string user) => (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;

    private static async Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage)> AssignAsync(ApiHost host, object[] events) =>
        await host.Client.CallAsync(HttpMethod.Post, "/assignments", new { events });

    private static async Task<JsonNode?> InterestAsync(ApiHost host, string user, string category) =>
        (await host.Client.GetJsonAsync($"/users/{user}/interests"))["interests"]!.AsArray()
            .SingleOrDefault(interest => (string?)interest!["dimension"] == "category" && (string?)interest["name"] == category);

    private static string?[] Kinds(JsonNode? items, string field) =>
        [.. items!.AsArray().Select(item => ((string?)item![field])?.Split('-')[0]).Where(kind => kind is not null).Distinct()];

    private static (int Events, int Users) Removed(JsonNode clustering, string step)
    {
        var found = clustering["cleaning"]!.AsArray().Single(one => (string?)one!["step"] == step)!;
        return ((int)found["removedEvents"]!, (int)found["removedUsers"]!);
    }
}
