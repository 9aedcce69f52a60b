using System.Net;
using System.Text.Json.Nodes;
using InterestService.Harness;

namespace InterestService.Endurance.Releases;

/// <summary>Fills a service with users, clusterings and what else it stores, and records what it answers.</summary>
/// <param name="service">An empty service of any version.</param>
internal sealed class ReleaseRecorder(ServiceProcess service)
{
    /// <summary>Number of users of each of the two interests.</summary>
    private const int Users = 60;

    /// <summary>Number of these whose clusters are recorded.</summary>
    private const int Recorded = 20;

    private static readonly string[] _interests = ["hiking", "cooking"];
    private static readonly string[] _encoders = ["autoencoder", "cnn", "rnn", "transformer", "text", "nmf", "lda", "communities", "tale", "ensemble", "svd"];

    /// <summary>Uploads, and makes a clustering with each encoder that the service has.</summary>
    public async Task<RecordedAnswers> RecordAsync(Action<string> log)
    {
        await UploadAsync();
        var clusterings = new List<RecordedClustering>();
        foreach (string encoder in _encoders)
        {
            if (await ClusterAsync(encoder) is not { } id)
            {
                log($"There is no encoder {encoder}.");
                continue;
            }

            await service.CallAsync(HttpMethod.Post, $"/clusterings/{id}/publish");
            string user = $"{_interests[0]}-4";
            if (!await Calls.UntilAsync(async () => (await LookUpAsync(user))?["clusteringId"]?.GetValue<string>() == id, TimeSpan.FromMinutes(1)))
                throw new InvalidOperationException($"The clustering {id} is not published.");
            clusterings.Add(new RecordedClustering(id, encoder, await RecordAsync()));
            log($"{encoder}: {clusterings[^1].Calls.Count} calls");
        }

        return new RecordedAnswers(clusterings);
    }

    /// <summary>Everything that is stored beside events: names of groups, links, an opt-out and an erasure, before the first clustering.</summary>
    private async Task UploadAsync()
    {
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, _interests));
        await service.CallAsync(HttpMethod.Put, "/items", new[] { new { itemId = "hiking-item-1", title = "Trail boots", categories = new[] { "hiking", "boots" }, tags = new[] { "leather" } } });
        await service.CallAsync(HttpMethod.Put, "/users/labels", _interests.Select(interest => new { userId = $"{interest}-5", label = interest }));
        await service.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = "hiking-1", alias = "cookie-1" }, new { userId = "cooking-1", alias = "cooking-2" } });
        await service.CallAsync(HttpMethod.Put, "/users/hiking-2/opt-out");
        await service.CallAsync(HttpMethod.Delete, "/users/hiking-3");
    }

    /// <returns>Id of the clustering; null when the service has no such encoder.</returns>
    private async Task<string?> ClusterAsync(string encoder)
    {
        var started = await service.TryCallAsync(HttpMethod.Post, "/clusterings", new { encoder, clusters = 2, seed = 1, publish = "manual", parameters = new { dimensions = 8 } });
        if (started is not { Status: HttpStatusCode.Accepted, Body: { } clustering }) return null;
        string id = (string)clustering["id"]!;
        for (string state = "queued"; state != "succeeded"; state = (string)clustering["state"]!)
        {
            if (state is not ("queued" or "running")) throw new InvalidOperationException($"{clustering}");
            await Task.Delay(100);
            clustering = (await service.CallAsync(HttpMethod.Get, $"/clusterings/{id}"))!;
        }

        return id;
    }

    private async Task<JsonNode?> LookUpAsync(string user) => (await service.TryCallAsync(HttpMethod.Get, $"/users/{user}/cluster"))?.Body;

    private async Task<IReadOnlyList<RecordedCall>> RecordAsync()
    {
        var users = _interests.SelectMany(interest => Enumerable.Range(0, Recorded).Select(user => $"{interest}-{user}")).Append("cookie-1").ToArray();
        var events = PlantedUsers.EventsOf("somebody", 7, _interests[1]).ToArray();
        return
        [
            await CallAsync(HttpMethod.Post, "/users/clusters", new { userIds = users }, answer => new JsonObject
            {
                ["found"] = new JsonArray([.. answer["found"]!.AsArray().Select(user => Only(user!, "userId", "clusterId", "label", "confidence", "distance", "noise", "clusteringId"))]),
                ["missing"] = answer["missing"]!.DeepClone(),
            }),
            await CallAsync(HttpMethod.Get, "/clusters", null, answer => new JsonObject
            {
                ["items"] = new JsonArray([.. answer["items"]!.AsArray().Select(cluster => Only(cluster!, "id", "label", "users", "share", "medoids"))]),
            }),
            await CallAsync(HttpMethod.Get, "/users/cooking-9/recommendations?limit=5", null, answer => new JsonObject
            {
                ["items"] = new JsonArray([.. answer["items"]!.AsArray().Select(item => Only(item!, "itemId", "title"))]),
            }),
            await CallAsync(HttpMethod.Post, "/assignments", new { events }, answer => Only(answer, "clusterId", "label")),
        ];
    }

    private async Task<RecordedCall> CallAsync(HttpMethod method, string path, object? body, Func<JsonNode, JsonNode> select)
    {
        var answer = await service.CallAsync(method, path, body);
        return new RecordedCall(method.Method, path, body is null ? null : System.Text.Json.JsonSerializer.SerializeToNode(body, body.GetType()), select(answer!));
    }

    private static JsonObject Only(JsonNode node, params string[] fields) => new(fields.Select(field => KeyValuePair.Create(field, node[field]?.DeepClone())));
}
