using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Recommendations;

public sealed class FeedbackTests(PostgresFixture postgres)
{
    private const int UsersPerInterest = 80;

    [Fact]
    public async Task Clicks_by_interest_show_an_uplift_and_random_clicks_do_not()
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
            Assert.Equal((int)all["clicks"]!, (int)all["conversions"]!); // every click is followed by a purchase a week later
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
            Add("Click", $"{day}T10:06:00Z"); // a repeated click counts once
            Add("purchase", "2024-04-09T10:00:00Z");
            void Add(string eventType, string timestamp) => events.Add(new { userId = user, itemId = item, eventType, timestamp, recommendationId = id });
        }
    }

    [Fact]
    public async Task Ids_that_were_not_issued_and_clicks_on_items_not_shown_are_ignored()
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
        Assert.Equal((1, 1), ((int)report["unknownImpressions"]!, (int)report["clicksWithoutImpression"]!));
        Assert.Null(report["overall"]!["clickUplift"]);
        Assert.Null(report["overall"]!["control"]!["clickRate"]);
        Assert.StartsWith("Hiking", (string?)report["clusters"]![0]!["label"], StringComparison.Ordinal);
        foreach (string query in new[] { "from=yesterday", "to=2024-04-02T00:00:00", "from=2024-04-02T00:00:00Z&to=2024-04-01T00:00:00Z" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/feedback?{query}");
    }

    [Fact]
    public async Task Types_count_by_their_domain_or_the_configuration_and_what_does_not_count_is_told()
    {
        await using var host = await RecommendingHost.StartAsync(
            postgres, "--InterestService:FeedbackTypes:Lesson-Done=Conversion", "--InterestService:FeedbackTypes:play=None");
        string[] types = ["Impression", "OPEN", "Sign-Up", "lesson_done", "play", "scroll"];
        string id = (string)(await RecommendAsync(host, "hiker-2"))["recommendationId"]!, other = (string)(await RecommendAsync(host, "cook-2"))["recommendationId"]!;
        await host.Client.UploadAsync(types.Select((type, i) => RecommendingHost.Event("hiker-2", "Hiking-1", type, i, id)));
        await host.Client.UploadAsync(
        [
            RecommendingHost.Event("hiker-2", "Hiking-2", "impression", 0, id), RecommendingHost.Event("hiker-2", "Hiking-2", "Lesson Done", 200, id),
            RecommendingHost.Event("cook-2", "Cooking-1", "read", 90, other), RecommendingHost.Event("cook-2", "Cooking-1", "booking", 91, other),
            RecommendingHost.Event("cook-2", "Cooking-2", "download", 92, other), RecommendingHost.Event("cook-2", "Cooking-2", "download", 93, other),
            RecommendingHost.Event("cook-2", "Cooking-3", "enroll", 94, "made up"),
        ]);
        Assert.Equal((1, 2, 1, 2, 1, 2, 2), await ReadAsync(""));
        // Of a shorter period, an impression before it is still one.
        Assert.Equal((0, 0, 0, 0, 1, 2, 0), await ReadAsync("?from=2024-03-20T01:00:00Z"));
        Assert.Equal((1, 2, 1, 2, 0, 0, 2), await ReadAsync("?to=2024-03-20T01:00:00Z"));

        async Task<(int, int, int, int, int, int, int)> ReadAsync(string query)
        {
            var report = await host.Client.GetJsonAsync($"/feedback{query}");
            var group = report["overall"]!["recommended"]!;
            return (
                (int)group["users"]!, (int)group["impressions"]!, (int)group["clicks"]!, (int)group["conversions"]!,
                (int)report["clicksWithoutImpression"]!, (int)report["conversionsWithoutImpression"]!, (int)report["otherEvents"]!);
        }
    }

    [Fact]
    public async Task Conversions_that_were_taken_back_do_not_count_and_are_told()
    {
        await using var host = await RecommendingHost.StartAsync(postgres, "--InterestService:UndoTypes:regret=lesson_done", "--InterestService:FeedbackTypes:lesson_done=Conversion");
        await host.Client.LinkAsync(("hiker-3", "tablet"));
        string id = (string)(await RecommendAsync(host, "hiker-3"))["recommendationId"]!, later = (string)(await RecommendAsync(host, "hiker-3"))["recommendationId"]!;
        string[] items = [.. Enumerable.Range(0, 7).Select(n => $"item-{n}")];
        await host.Client.UploadAsync(items.Select((item, n) => RecommendingHost.Event("hiker-3", item, "impression", n, id)));
        await host.Client.UploadAsync(
        [
            // Bought and returned by another id of the person, without the recommendation.
            Act(0, "purchase", 100, id), Act(0, "Re-fund", 2000, user: "tablet"),
            // Two bought and one returned; sent twice and returned.
            Act(1, "purchase", 100, id), Act(1, "purchase", 300, id), Act(1, "return", 2000),
            Act(2, "purchase", 100, id), Act(2, "purchase", 100.2, id), Act(2, "return", 2000),
            // Bought, returned and bought again; of what another took back, of another item, and before the act, nothing is taken back.
            Act(3, "order", 100, id), Act(3, "cancel", 200), Act(3, "order", 400, id),
            Act(4, "purchase", 100, id), Act(4, "refund", 200, user: "hiker-4"), Act(4, "refund", 50), Act(4, "unlike", 300),
            Act(5, "Lesson.Done", 100, id), Act(5, "regret", 500, id),
            // Taken back is the later one, which has no recommendation.
            Act(6, "booking", 100, id), Act(6, "booking", 700), Act(6, "cancel", 900),
            // Without an impression.
            Act(8, "purchase", 100, id), Act(8, "refund", 200), Act(9, "purchase", 100, later),
        ]);
        var report = await host.Client.GetJsonAsync("/feedback");
        Assert.Equal((7, 4, 3, 1), Counts(report));
        Assert.Equal((7, 4, 3, 1), Counts(await host.Client.GetJsonAsync("/feedback?to=2024-03-20T03:00:00Z")));

        static object Act(int item, string type, double minute, string? recommendationId = null, string user = "hiker-3") =>
            new { userId = user, itemId = $"item-{item}", eventType = type, timestamp = new DateTime(2024, 3, 20, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minute), recommendationId };

        static (int, int, int, int) Counts(JsonNode report)
        {
            var group = report["overall"]!["recommended"]!;
            return ((int)group["impressions"]!, (int)group["conversions"]!, (int)report["undoneConversions"]!, (int)report["conversionsWithoutImpression"]!);
        }
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
