using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Publishing;

/// <summary>Fifteen hikers and fifteen cooks, who are clustered several times.</summary>
internal static class LineageScenario
{
    private static readonly string[] _users = [.. Enumerable.Range(0, 15).SelectMany(n => new[] { $"hiker-{n}", $"cook-{n}" })];

    public static async Task<ApiHost> StartAsync(PostgresFixture postgres)
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        return host;
    }

    public static async Task<JsonNode> ClusterAsync(ApiHost host, int clusters = 2, int seed = 1, string publish = "auto")
    {
        var parameters = new { dimensions = 8, epochs = 60, learningRate = .01, batchSize = 8 };
        var done = await host.Client.ClusterAsync(new { encoder = "autoencoder", clusters, seed, publish, parameters });
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        if (publish != "auto") return done;
        if (!(bool)done["published"]!) done = await PublishAsync(host, done); // a gate prevented the publication
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        return done;
    }

    public static async Task<JsonNode> PublishAsync(ApiHost host, JsonNode clustering)
    {
        var (status, published, _) = await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{clustering["id"]}/publish");
        Assert.Equal(HttpStatusCode.OK, status);
        return published!;
    }

    public static async Task<Dictionary<string, int>> IdsAsync(ApiHost host)
    {
        var (_, answer, _) = await host.Client.CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = _users });
        return answer!["found"]!.AsArray().ToDictionary(user => (string)user!["userId"]!, user => (int)user!["clusterId"]!);
    }

    public static async Task<IEnumerable<string>> TrendsAsync(ApiHost host) =>
        (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().Select(cluster => cluster!["trend"]!.ToJsonString());

    public static List<int> Numbers(JsonNode? array, string? field = null) =>
        [.. array!.AsArray().Select(node => (int)(field is null ? node : node![field])!)];

    public static object Event(string userId, string itemId) =>
        new { userId, itemId, eventType = "view", timestamp = $"2024-03-08T10:0{itemId[^1]}:00Z", category = itemId.Split('-')[0] };
}
