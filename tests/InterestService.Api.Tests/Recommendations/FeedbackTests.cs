using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Recommendations;

public sealed class FeedbackTests(PostgresFixture postgres)
{
    private const int UsersPerInterest = 80;

    [Fact]
    public async Task An_audience_that_clicks_by_interest_shows_an_uplift_and_one_that_clicks_at_random_none()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), "--InterestService:ControlShare=.5");
        await host.Client.UploadAsync(PlantedEvents.Create(UsersPerInterest));
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");

        var random = new Random(1);
        var events = new List<object>();
        foreach (string user in Enumerable.Range(0, UsersPerInterest).SelectMany(n => new[] { $"hiker-{n}", $"cook-{n}" }))
        {
            string interest = user.StartsWith("hiker", StringComparison.Ordinal) ? "Hiking" : "Cooking";
            var (keen, careless) = (await RecommendAsync(host, user), await RecommendAsync(host, user));
            foreach (string item in Ids(keen)) Show(user, item, keen, "2024-04-01", random.NextDouble() < (item.StartsWith(interest, StringComparison.Ordinal) ? .5 : .05));
            foreach (string item in Ids(careless)) Show(user, item, careless, "2024-04-02", random.NextDouble() < .2);
        }

        await host.Client.UploadAsync(events);
        var byInterest = await host.Client.GetJsonAsync("/feedback?to=2024-04-02T00:00:00Z");
        var uplift = byInterest["overall"]!["clickUplift"]!;
        Assert.True((double)uplift["low"]! > 0, byInterest.ToJsonString());
        Assert.True((double)uplift["relative"]! > .2);
        Assert.Equal(2, byInterest["clusters"]!.AsArray().Count);
        foreach (string group in new[] { "recommended", "control" })
        {
            var all = byInterest["overall"]![group]!;
            Assert.Equal((int)all["impressions"]!, byInterest["clusters"]!.AsArray().Sum(cluster => (int)cluster!["figures"]![group]!["impressions"]!));
            Assert.Equal((double)all["clicks"]! / (double)all["impressions"]!, (double)all["clickRate"]!["value"]!, 1e-9);
            Assert.Equal((int)all["clicks"]!, (int)all["conversions"]!); // whoever clicked bought a week later
            Assert.InRange((int)all["users"]!, 40, 120);
        }

        var atRandom = await host.Client.GetJsonAsync("/feedback?from=2024-04-02T00:00:00Z");
        uplift = atRandom["overall"]!["clickUplift"]!;
        Assert.True((double)uplift["low"]! < 0 && (double)uplift["high"]! > 0, atRandom.ToJsonString());
        var whole = (await host.Client.GetJsonAsync("/feedback"))["overall"]!["control"]!;
        Assert.Equal((int)whole["impressions"]!, new[] { byInterest, atRandom }.Sum(part => (int)part["overall"]!["control"]!["impressions"]!));

        void Show(string user, string item, JsonNode answer, string day, bool click)
        {
            string id = (string)answer["recommendationId"]!;
            Add("impression", $"{day}T10:00:00Z");
            if (!click) return;
            Add("click", $"{day}T10:05:00Z");
            Add("Click", $"{day}T10:06:00Z"); // twice is one
            Add("purchase", "2024-04-09T10:00:00Z");
            void Add(string eventType, string timestamp) => events.Add(new { userId = user, itemId = item, eventType, timestamp, recommendationId = id });
        }
    }

    [Fact]
    public async Task Ids_that_were_never_given_out_and_clicks_on_what_was_not_shown_do_not_count()
    {
        await using var host = await RecommendingHost.StartAsync(postgres);
        string id = (string)(await RecommendAsync(host, "hiker-1"))["recommendationId"]!;
        await host.Client.UploadAsync(
        [
            RecommendingHost.Event("hiker-1", "Hiking-1", "impression", recommendationId: id),
            RecommendingHost.Event("hiker-1", "Hiking-2", "click", recommendationId: id),
            RecommendingHost.Event("hiker-1", "Hiking-1", "impression", 1, recommendationId: "made up"),
        ]);
        var report = await host.Client.GetJsonAsync("/feedback");
        Assert.Equal((1, 0), ((int)report["overall"]!["recommended"]!["impressions"]!, (int)report["overall"]!["recommended"]!["clicks"]!));
        Assert.Equal(1, (int)report["unknownImpressions"]!);
        Assert.Null(report["overall"]!["clickUplift"]);
        Assert.Null(report["overall"]!["control"]!["clickRate"]);
        Assert.StartsWith("Hiking", (string?)report["clusters"]![0]!["label"], StringComparison.Ordinal);
        foreach (string query in new[] { "from=yesterday", "to=2024-04-02T00:00:00", "from=2024-04-02T00:00:00Z&to=2024-04-01T00:00:00Z" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/feedback?{query}");
    }

    [Fact]
    public async Task A_person_counts_in_one_group_whatever_ids_are_joined_and_who_saw_both_in_none()
    {
        await using var host = await RecommendingHost.StartAsync(postgres, "--InterestService:ControlShare=.5", "--InterestService:ControlSalt=pepper");
        var (control, recommended) = (new List<string>(), new List<string>());
        for (int n = 0; n < 15; n++)
        {
            string visitor = $"visitor-{n}";
            ((bool)(await RecommendAsync(host, visitor))["isControl"]! ? control : recommended).Add(visitor);
        }

        // Shown as control, then joined to an account that would not be: stays, with both ids and however the link is directed.
        foreach (var (account, shown, link) in new[]
        {
            (recommended[0], control[0], (recommended[0], control[0])), (recommended[1], control[1], (control[1], recommended[1])),
        })
        {
            await ShowAsync(shown, "2024-04-01");
            await host.Client.LinkAsync(link);
            foreach (string id in new[] { account, shown })
            {
                Assert.True((bool)(await RecommendAsync(host, id))["isControl"]!, id);
                await ShowAsync(id, "2024-04-02");
            }
        }

        var report = await host.Client.GetJsonAsync("/feedback");
        Assert.Equal((2, 0, 0), Users(report));

        // Shown in both groups before anyone knew.
        foreach (string id in new[] { control[2], recommended[2], recommended[3] }) await ShowAsync(id, "2024-04-03");
        Assert.Equal((3, 2, 0), Users(await host.Client.GetJsonAsync("/feedback")));
        await host.Client.LinkAsync((recommended[2], control[2]));
        report = await host.Client.GetJsonAsync("/feedback");
        Assert.Equal((2, 1, 1), Users(report));
        Assert.Equal(3, report["clusters"]!.AsArray().Sum(cluster => new[] { "control", "recommended" }.Sum(group => (int)cluster!["figures"]![group]!["users"]!)));
        await host.Client.DoAsync(HttpMethod.Delete, $"/users/links/{control[2]}");
        Assert.Equal((3, 2, 0), Users(await host.Client.GetJsonAsync("/feedback")));
        await host.Client.DoAsync(HttpMethod.Put, $"/users/{recommended[3]}/opt-out");
        Assert.Equal((3, 1, 0), Users(await host.Client.GetJsonAsync("/feedback")));

        async Task ShowAsync(string user, string day)
        {
            var answer = await RecommendAsync(host, user);
            await host.Client.UploadAsync(Ids(answer).Select(item => new
            {
                userId = user,
                itemId = item,
                eventType = "impression",
                timestamp = $"{day}T10:00:00Z",
                recommendationId = (string?)answer["recommendationId"],
            }));
        }

        static (int Control, int Recommended, int Crossovers) Users(JsonNode report) => (
            (int)report["overall"]!["control"]!["users"]!, (int)report["overall"]!["recommended"]!["users"]!, (int)report["crossovers"]!);
    }

    private static Task<JsonNode> RecommendAsync(ApiHost host, string user) => host.Client.GetJsonAsync($"/users/{user}/recommendations?limit=3");

    private static string[] Ids(JsonNode answer) => [.. answer["items"]!.AsArray().Select(item => (string)item!["itemId"]!)];
}
