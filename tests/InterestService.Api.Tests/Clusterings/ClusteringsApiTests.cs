using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings;

public sealed class ClusteringsApiTests(PostgresFixture postgres)
{
    private static readonly string[] _stages = ["withoutItem", "withoutWeight", "future", "repeated", "undone", "robots", "disliked", "support"];

    [Fact]
    public async Task A_clustering_runs_from_upload_to_lookup_and_reports_its_steps()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var (status, queued, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request());
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal($"/clusterings/{queued!["id"]}", response.Headers.Location!.ToString());
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("queued", (string?)queued["state"]);

        var done = await host.Client.FinishAsync(response.Headers.Location.ToString());
        Assert.Equal("succeeded", (string?)done["state"]);
        Assert.Equal((1.0, "save"), ((double)done["progress"]!, (string)done["stage"]!));
        Assert.Equal((240, 30, 20, 2), ((int)done["events"]!, (int)done["users"]!, (int)done["items"]!, (int)done["clusters"]!));
        Assert.True((bool)done["published"]!);
        Assert.Equal(_stages, done["cleaning"]!.AsArray().Select(step => (string?)step!["step"]));
        Assert.Equal(60, done["metrics"]!["trainingLoss"]!.AsArray().Count);
        Assert.Equal("autoencoder", (string?)done["request"]!["encoder"]);
        Assert.True((DateTime)done["finishedAt"]! >= (DateTime)done["startedAt"]!);

        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        int hikers = (int)(await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusterId"]!;
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 15).Select(n => host.Client.GetJsonAsync($"/users/hiker-{n}/cluster"))),
            hiker => Assert.Equal(hikers, (int)hiker["clusterId"]!));
        Assert.NotEqual(hikers, (int)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusterId"]!);
        Assert.StartsWith("Hiking", (string?)(await host.Client.GetJsonAsync($"/clusters/{hikers}"))["label"], StringComparison.Ordinal);

        var metrics = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/metrics");
        Assert.InRange((double)metrics["silhouette"]!, .3, 1);
        Assert.Equal(30, (int)metrics["silhouetteSampleSize"]!);
        Assert.True((double)metrics["calinskiHarabasz"]! > 1);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_assignments()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        async Task<string> AssignmentsAsync()
        {
            var done = await host.Client.ClusterAsync(PlantedEvents.Request());
            await host.Client.PublishedAsync((string?)done["id"], "cook-0");
            var (_, body, _) = await host.Client.CallAsync(
                HttpMethod.Post, "/users/clusters", new { userIds = Enumerable.Range(0, 15).SelectMany(n => new[] { $"hiker-{n}", $"cook-{n}" }) });
            foreach (var user in body!["found"]!.AsArray())
            {
                user!["clusteringId"] = null;
                user["assignedAt"] = null;
            }

            return body.ToJsonString();
        }

        Assert.Equal(await AssignmentsAsync(), await AssignmentsAsync());
    }

    [Fact]
    public async Task The_service_can_choose_the_number_of_clusters()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var done = await host.Client.ClusterAsync(new { encoder = "autoencoder", clusters = "auto", parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8 } });
        Assert.Equal("auto", (string?)done["request"]!["clusters"]);
        var selection = await host.Client.GetJsonAsync($"/clusterings/{done["id"]}/selection");
        Assert.Equal((int)done["clusters"]!, (int)selection["chosen"]!);
        Assert.Equal(2, (int)selection["chosen"]!);
        Assert.Equal([2, 3, 4, 5, 6], selection["candidates"]!.AsArray().Select(candidate => (int)candidate!["clusters"]!));
        Assert.All(selection["candidates"]!.AsArray(), candidate => Assert.InRange((double)candidate!["predictionStrength"]!, 0, 1));
        Assert.StartsWith("2 clusters are told apart best", (string?)done["clustersReason"], StringComparison.Ordinal);
        var given = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Null(given["clustersReason"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{given["id"]}/selection");
    }

    [Fact]
    public async Task A_clustering_is_compared_with_known_groups()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var labels = Enumerable.Range(0, 15).SelectMany(n => new[] { new { userId = $"hiker-{n}", label = "outdoor" }, new { userId = $"cook-{n}", label = "kitchen" } });
        var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Put, "/users/labels", labels.Append(new { userId = "stranger", label = "nobody" }));
        Assert.Equal(31, (int)answer!["accepted"]!);
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal((30, 1.0), ((int)done["metrics"]!["labelledUsers"]!, (double)done["metrics"]!["adjustedRandIndex"]!));
    }

    [Fact]
    public async Task Every_algorithm_finds_the_planted_groups()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        foreach (string algorithm in new[] { "kmeans", "dbscan", "hdbscan", "agglomerative" })
        {
            var done = await host.Client.ClusterAsync(new
            {
                encoder = "autoencoder",
                algorithm,
                clusters = 2,
                parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8 },
            });
            Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
            await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{done["id"]}/publish"); // regardless of the gates
            await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
            Assert.NotEqual(
                (int)(await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusterId"]!,
                (int)(await host.Client.GetJsonAsync("/users/cook-0/cluster"))["clusterId"]!);
            var hiker = await host.Client.GetJsonAsync("/users/hiker-0/cluster");
            var (strength, persistence) = ((double?)hiker["strength"], (double?)(await host.Client.GetJsonAsync($"/clusters/{hiker["clusterId"]}"))["persistence"]);
            Assert.Equal((algorithm == "hdbscan", algorithm == "hdbscan"), (strength is > 0 and <= 1, persistence is > 0 and <= 1));
            Assert.Equal((algorithm != "hdbscan", algorithm != "hdbscan"), (strength is null, persistence is null));
            string tree = $"/clusterings/{done["id"]}/tree";
            if (algorithm != "agglomerative")
            {
                await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, tree);
                continue;
            }

            Assert.Equal((30, 29), ((int)(await host.Client.GetJsonAsync(tree))["leaves"]!, (await host.Client.GetJsonAsync(tree))["merges"]!.AsArray().Count));
            Assert.Equal(30, (int)Assert.Single((await host.Client.GetJsonAsync($"{tree}?clusters=2"))["merges"]!.AsArray())!["size"]!);
            await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{tree}?clusters=31");
        }
    }

    [Fact]
    public async Task A_manual_clustering_waits_for_publication_and_an_earlier_one_can_be_restored()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        string first = (string)(await host.Client.ClusterAsync(PlantedEvents.Request()))["id"]!;
        var second = await host.Client.ClusterAsync(PlantedEvents.Request("manual", seed: 2));
        Assert.False((bool)second["published"]!);
        await host.Client.PublishedAsync(first, "cook-0");

        var (status, published, _) = await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{second["id"]}/publish");
        Assert.Equal((HttpStatusCode.OK, true), (status, (bool)published!["published"]!));
        await host.Client.PublishedAsync((string?)second["id"], "cook-0");
        Assert.False((bool)(await host.Client.GetJsonAsync($"/clusterings/{first}"))["published"]!);

        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{first}/publish");
        await host.Client.PublishedAsync(first, "cook-0");
    }

    [Fact]
    public async Task A_published_clustering_cannot_be_deleted_and_an_unpublished_one_can()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var first = await host.Client.ClusterAsync(PlantedEvents.Request());
        var second = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Delete, $"/clusterings/{second["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, $"/clusterings/{first["id"]}")).Status);
        foreach (string path in new[] { "", "/metrics", "/selection", "/tree", $"/compare/{second["id"]}" })
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{first["id"]}{path}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Post, $"/clusterings/{first["id"]}/publish");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Delete, $"/clusterings/{first["id"]}");
        Assert.Equal((string?)second["id"], (string?)Assert.Single((await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray())!["id"]);
        Assert.Single((await host.Client.GetJsonAsync("/users/hiker-0/cluster-history"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_running_clustering_can_be_cancelled()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var (_, started, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", new { encoder = "autoencoder", clusters = 2, parameters = new { epochs = 10_000 } });
        string location = response.Headers.Location!.ToString();
        await Wait.UntilAsync(async () => (await host.Client.GetJsonAsync(location))["loss"] is not null);
        Assert.Equal(HttpStatusCode.Accepted, (await host.Client.CallAsync(HttpMethod.Delete, location)).Status);
        var canceled = await host.Client.FinishAsync(location);
        Assert.Equal("canceled", (string?)canceled["state"]);
        Assert.NotNull(canceled["finishedAt"]);
        Assert.InRange((double)canceled["progress"]!, .1, .9);
        Assert.NotNull(canceled["loss"]);
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Get, $"{location}/metrics");
        await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{location}/publish");
        Assert.Equal((string?)started!["id"], (string?)canceled["id"]);
    }

    [Fact]
    public async Task Failures_report_their_reason()
    {
        await using var host = await StartAsync();
        await AssertFailsAsync(host, "noEvents", "no events", new { clusters = 2 });
        await host.Client.UploadAsync(PlantedEvents.Create());
        await AssertFailsAsync(host, "fewerUsersThanClusters", "31", new { clusters = 31 });
        await AssertFailsAsync(host, "noEvents", "no events", new { clusters = 2, from = "2031-01-01T00:00:00Z" });
        await AssertFailsAsync(host, "nothingLeft", "support 240", new { clusters = 2, parameters = new { minimumItemUsers = 1000 } });
        await AssertFailsAsync(host, "deviceUnavailable", "CUDA", new { clusters = 2, device = "cuda" });
    }

    [Fact]
    public async Task Text_features_require_texts()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(Enumerable.Range(0, 6).Select(n => new
        {
            userId = $"user-{n % 3}",
            itemId = $"item-{n / 3}",
            eventType = "view",
            timestamp = $"2024-03-01T0{n}:00:00Z",
        }));
        var plain = await host.Client.ClusterAsync(new { encoder = "cnn", clusters = 1, parameters = new { epochs = 1 } });
        Assert.Equal("succeeded", (string?)plain["state"]);
        await AssertFailsAsync(
            host, "noTexts", "titles or categories", new { encoder = "cnn", clusters = 1, parameters = new { epochs = 1, textFeatures = true } });
    }

    [Fact]
    public async Task The_window_limits_the_events()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        // From 05:00 to 08:00 UTC, of both kinds: users 5, 6, 7 at their first event and users 0, 1, 2 at their second.
        var done = await host.Client.ClusterAsync(new
        {
            clusters = 2,
            from = "2024-03-01T05:00:00Z",
            to = "2024-03-01T10:00:00+02:00",
            parameters = new { epochs = 1, minimumItemUsers = 1 },
        });
        Assert.Equal((12, 12), ((int)done["events"]!, (int)done["users"]!));
    }

    private async Task<ApiHost> StartAsync() => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());

    private static async Task AssertFailsAsync(ApiHost host, string code, string words, object request)
    {
        var failed = await host.Client.ClusterAsync(request);
        Assert.Equal("failed", (string?)failed["state"]);
        Assert.Equal(code, (string?)failed["error"]!["code"]);
        Assert.Contains(words, (string?)failed["error"]!["message"], StringComparison.Ordinal);
    }
}
