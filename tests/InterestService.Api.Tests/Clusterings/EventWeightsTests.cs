using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Recommendations;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings;

public sealed class EventWeightsTests(PostgresFixture postgres)
{
    private static readonly object _training = new { dimensions = 4 };

    [Fact]
    public async Task Weights_of_sources_and_feedback_apply_and_the_shares_of_sources_are_reported()
    {
        await using var host = await ApiHost.StartAsync(
            await postgres.CreateDatabaseAsync(), "--InterestService:SourceWeights:crawler=0", "--InterestService:FeedbackWeight=.5");
        await host.Client.UploadAsync(Enumerable.Range(0, 8).SelectMany(n => new[]
        {
            RecommendingHost.Event($"u{n}", $"i{n % 2}", "purchase", minute: n, source: "web"),
            RecommendingHost.Event($"u{n}", $"i{n % 3}", minute: 20 + n, source: "App", recommendationId: "r"),
            RecommendingHost.Event($"u{n}", $"i{n % 3}", "share", minute: 40 + n, source: "Crawler"),
            RecommendingHost.Event($"u{n}", $"i{n % 3}", "comment", minute: 60 + n),
        }));

        var done = await ClusterAsync(host, _training);
        Assert.Equal(8, Removed(done));
        Assert.Equal(["web", null, "App"], Sources(done).Select(source => (string?)source!["source"]));
        Assert.All(Sources(done), source => Assert.Equal(8, (int)source!["events"]!));
        // A purchase has weight 4, a comment 2 and a view as feedback .5; all are within the hour.
        Assert.Equal([4 / 6.5, 2 / 6.5, .5 / 6.5], Sources(done).Select(source => (double)source!["share"]!), (a, b) => Math.Abs(a - b) < 1e-3);

        done = await ClusterAsync(host, new
        {
            dimensions = 4,
            sourceWeights = new Dictionary<string, double> { ["CRAWLER"] = 1, ["web"] = 0 },
            typeWeights = new Dictionary<string, double> { ["comment"] = 0 },
            feedbackWeight = 0,
        });
        Assert.Equal("Crawler", (string?)Assert.Single(Sources(done))!["source"]);
        Assert.Equal(24, Removed(done));
    }

    [Fact]
    public async Task Requests_with_equal_weights_are_idempotent_and_invalid_weights_are_rejected()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        async Task<(HttpStatusCode, string?)> StartAsync(float web)
        {
            var request = new { encoder = "svd", clusters = 2, parameters = new { dimensions = 4, sourceWeights = new { web, App = 2 } } };
            var (status, body, _) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", request, ("Idempotency-Key", "k"));
            return (status, (string?)body!["id"]);
        }

        var first = await StartAsync(.1f);
        Assert.Equal(HttpStatusCode.Accepted, first.Item1);
        Assert.Equal(first, await StartAsync(.1f));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await StartAsync(.2f)).Item1);
        foreach (object parameters in new object[]
        {
            new { feedbackWeight = -1 }, new { sourceWeights = new { web = 1e7 } }, new { typeWeights = new { view = "much" } }, new { sourceWeights = new { web = (double?)null } },
        })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/clusterings", new { parameters });
    }

    private static async Task<JsonNode> ClusterAsync(ApiHost host, object parameters)
    {
        var done = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2, publish = "manual", parameters });
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        return done;
    }

    private static JsonArray Sources(JsonNode clustering) => clustering["sources"]!.AsArray();

    private static int Removed(JsonNode clustering) =>
        (int)clustering["cleaning"]!.AsArray().Single(step => (string?)step!["step"] == "withoutWeight")!["removedEvents"]!;
}
