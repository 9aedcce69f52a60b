using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings;

/// <summary>Validation, idempotency and listing of clustering requests.</summary>
public sealed class ClusteringRequestsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_request_that_names_no_encoder_gets_one_that_suits_the_events_and_the_reason()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(new { clusters = 2 });
        Assert.Equal(("auto", "communities"), ((string?)done["request"]!["encoder"], (string?)done["encoder"]));
        Assert.Equal("100 % of the events are on items that several users have in common: communities of items are interests.", (string?)done["encoderReason"]);
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster");

        // The silhouette of another encoder is one of another space.
        var named = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2 });
        Assert.Equal(("svd", "The request names it."), ((string?)named["encoder"], (string?)named["encoderReason"]));
        Assert.DoesNotContain(named["gates"]!.AsArray(), gate => (string?)gate!["name"] == "silhouette");
    }

    [Fact]
    public async Task Invalid_requests_are_rejected_and_start_nothing()
    {
        (string Body, string? Field)[] requests =
        [
            ("""{"encoder":"magic"}""", "encoder"),
            ("""{"algorithm":"magic"}""", "algorithm"),
            ("""{"clusters":0}""", "clusters"),
            ("""{"clusters":-3}""", "clusters"),
            ("""{"device":"tpu"}""", "device"),
            ("""{"publish":"later"}""", "publish"),
            ("""{"from":"2030-01-01T00:00:00Z","to":"2020-01-01T00:00:00Z"}""", "from"),
            ("""{"parameters":{"epochs":0}}""", "parameters.epochs"),
            ("""{"parameters":{"learningRate":7}}""", "parameters.learningRate"),
            ("""{"clusters":"many"}""", "clusters"),
            ("""{"clusters":"5"}""", "clusters"),
            ("""{"seed":"x"}""", "seed"),
            ("""{"cluster":5}""", "cluster"),
            ("""{"from":"2024-01-01"}""", "from"),
            ("""{"to":"2024-01-01T00:00:00"}""", "to"),
            ("""{"parameters":{"magic":1}}""", "parameters.magic"),
            ("""{"parameters":{"epochs":"many"}}""", "parameters.epochs"),
            ("""{"parameters":{"textFeatures":"yes"}}""", "parameters.textFeatures"),
            ("[]", null),
            ("{", null),
            ("""{"clusters":5,}""", null),
        ];
        await using var host = await StartAsync();
        foreach (var (body, field) in requests)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/clusterings", content);
            Assert.True((field is null ? problem["detail"] : problem["errors"]?[field]) is not null, $"{body}: {problem.ToJsonString()}");
            Assert.DoesNotContain("System.", problem.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("InterestService.", problem.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Empty((await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_idempotency_key_starts_one_clustering()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var key = ("Idempotency-Key", "monday");
        var first = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request(), key);
        var again = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request(), key);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.Status, again.Status));
        Assert.Equal((string?)first.Body!["id"], (string?)again.Body!["id"]);
        Assert.Equal(first.Response.Headers.Location, again.Response.Headers.Location);
        await host.Client.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/clusterings", PlantedEvents.Request(seed: 9), key);
        Assert.Single((await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray());
        await host.Client.FinishAsync(first.Response.Headers.Location!.ToString());
        Assert.True((bool)(await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request(), key)).Body!["published"]!);
    }

    [Fact]
    public async Task A_request_without_a_body_uses_all_defaults()
    {
        await using var host = await StartAsync();
        var (status, started, _) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal(("auto", "kmeans", "auto", 1), (
            (string?)started!["request"]!["encoder"], (string?)started["request"]!["algorithm"],
            (string?)started["request"]!["clusters"], (int)started["request"]!["seed"]!));
    }

    [Fact]
    public async Task Lists_are_paged_newest_first()
    {
        await using var host = await StartAsync();
        var ids = new List<string>();
        for (int n = 0; n < 5; n++) ids.Add((string)(await host.Client.ClusterAsync(new { clusters = 2, seed = n }))["id"]!);
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Client.GetJsonAsync($"/clusterings?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        ids.Reverse();
        Assert.Equal(ids, seen);
        foreach (string query in new[] { "limit=0", "limit=1001", "limit=x", "cursor=!", "cursor=abcd" })
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/clusterings?{query}");
    }

    [Fact]
    public async Task Unknown_clusterings_return_404()
    {
        await using var host = await StartAsync();
        string none = $"/clusterings/{Guid.Empty}";
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, "/clusterings/nope"), (HttpMethod.Get, none), (HttpMethod.Get, $"{none}/metrics"),
            (HttpMethod.Delete, none), (HttpMethod.Post, $"{none}/publish"),
        })
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, method, path);
    }

    private async Task<ApiHost> StartAsync() => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
}
