using System.Net;
using System.Text.Json.Nodes;
using InterestService.Harness;

namespace InterestService.Endurance.Crashes;

/// <summary>The name of a cluster.</summary>
internal sealed class NameAct() : Act("name")
{
    private string _label = "";

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _label = $"Name {attempt}";
        return Task.CompletedTask;
    }

    public override Task<bool> DoAsync(ServiceProcess service) => SucceedsAsync(service, HttpMethod.Patch, "/clusters/1", new { label = _label, note = _label });

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        var cluster = await service.CallAsync(HttpMethod.Get, "/clusters/1");
        bool label = (string?)cluster!["label"] == _label, note = (string?)cluster["note"] == _label;
        findings.Expect(label == note, $"{Name}: half of the change: {cluster["label"]}, {cluster["note"]}.");
        findings.Expect(label || !acknowledged, $"{Name}: acknowledged, and the label is {cluster["label"]}.");
    }
}

/// <summary>The publication of another clustering than the published one, or the deletion of one that is not published.</summary>
/// <param name="deletes">Whether it is deleted.</param>
internal sealed class ClusteringAct(bool deletes) : Act(deletes ? "delete clustering" : "publish")
{
    private string _id = "";

    public override async Task PrepareAsync(ServiceProcess service, int attempt) => _id = deletes
        ? await RunAct.FinishAsync(service, new { encoder = "svd", clusters = 2, seed = attempt, publish = "manual" }) ?? throw new InvalidOperationException("The clustering was not started.")
        : (await service.ReadAsync<Guid>("SELECT id FROM clusterings WHERE state = 'succeeded' AND deleted_at IS NULL AND id <> (SELECT clustering_id FROM publication) ORDER BY id LIMIT 1")).ToString();

    public override Task<bool> DoAsync(ServiceProcess service) => deletes
        ? SucceedsAsync(service, HttpMethod.Delete, $"/clusterings/{_id}")
        : SucceedsAsync(service, HttpMethod.Post, $"/clusterings/{_id}/publish");

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        if (!deletes)
        {
            var published = await service.ReadAsync<Guid>("SELECT clustering_id FROM publication");
            findings.Expect(!acknowledged || published == Guid.Parse(_id), $"{Name}: acknowledged, and {published} is published instead of {_id}.");
            return;
        }

        bool listed = await service.TryCallAsync(HttpMethod.Get, $"/clusterings/{_id}") is not (HttpStatusCode.NotFound, _);
        findings.Expect(!acknowledged || !listed, $"{Name}: acknowledged, and it is still there.");
        if (listed) return;
        bool gone = await Calls.UntilAsync(
            async () => await service.ReadAsync<long>($"SELECT count(*) FROM assignments WHERE clustering_id = '{_id}'") == 0, TimeSpan.FromSeconds(60));
        findings.Expect(gone, $"{Name}: it is gone, and assignments are left.");
    }
}

/// <summary>A clustering from its start to its publication.</summary>
internal sealed class RunAct() : Act("clustering")
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);
    private object _request = new();
    private string? _id;

    public override Task PrepareAsync(ServiceProcess service, int attempt)
    {
        _request = new { encoder = "svd", clusters = 2, seed = attempt };
        _id = null;
        return Task.CompletedTask;
    }

    public override async Task<bool> DoAsync(ServiceProcess service)
    {
        _id = await FinishAsync(service, _request);
        return _id is not null;
    }

    public override async Task CheckAsync(ServiceProcess service, bool acknowledged, Findings findings)
    {
        if (_id is null) return;
        var clustering = await service.CallAsync(HttpMethod.Get, $"/clusterings/{_id}");
        findings.Expect((string?)clustering!["state"] == "succeeded", $"{Name}: it ended as {clustering["state"]} {clustering["error"]}.");
        bool refused = clustering["gates"]!.AsArray().Any(gate => (bool?)gate!["passed"] is false);
        findings.Expect((bool?)clustering["published"] != refused, $"{Name}: published {clustering["published"]}, and the gates say {clustering["gates"]}.");
    }

    /// <summary>Starts a clustering and waits until it is over or the service has died.</summary>
    /// <returns>Its id; null when the start was not acknowledged.</returns>
    public static async Task<string?> FinishAsync(ServiceProcess service, object request)
    {
        if (await service.TryCallAsync(HttpMethod.Post, "/clusterings", request) is not (HttpStatusCode.Accepted, JsonNode started)) return null;
        string id = (string)started["id"]!;
        await Calls.UntilAsync(
            async () => service.HasEnded || (await service.TryCallAsync(HttpMethod.Get, $"/clusterings/{id}") is (_, { } body) && (string?)body["state"] is not ("queued" or "running")),
            _limit);
        return id;
    }
}
