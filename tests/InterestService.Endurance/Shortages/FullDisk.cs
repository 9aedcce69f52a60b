using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.Endurance.Crashes;
using InterestService.Harness;

namespace InterestService.Endurance.Shortages;

/// <summary>
/// A disk that becomes full under PostgreSQL, its log, the saved lookups and the log of the service: calls are refused with the reason, lookups go
/// on, what was acknowledged stays, and everything works again when there is room.
/// </summary>
internal sealed class FullDisk : IAsyncDisposable
{
    private const int Megabytes = 256;
    private const int BatchSize = 500;
    private const int Clients = 4;

    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    private readonly SmallDisk _disk;
    private readonly ServiceProcess _service;
    private readonly ConcurrentDictionary<string, bool> _batches = []; // and whether they were acknowledged
    private readonly ConcurrentDictionary<string, int> _refusals = [];

    private FullDisk(SmallDisk disk, ServiceProcess service) => (_disk, _service) = (disk, service);

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>How often each refusal was given: status and title.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Starts the service on a small disk and publishes a clustering.</summary>
    /// <returns>Null where this process may not mount a disk.</returns>
    public static async Task<FullDisk?> StartAsync()
    {
        if (await SmallDisk.MountAsync(Megabytes) is not { } disk) return null;
        try
        {
            var service = await ServiceProcess.StartAsync(new() { ["InterestService__JobPriority"] = "normal" }, folder: DataOf(disk));
            await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(CrashMatrix.Planted / 2, "hiking", "cooking"));
            foreach (int seed in new[] { 1, 2 }) await RunAct.FinishAsync(service, new { encoder = "svd", clusters = 2, seed });
            return new FullDisk(disk, service);
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Fills the disk while clients upload, and frees it again.</summary>
    /// <param name="refused">Number of refusals after which there is room again.</param>
    /// <returns>Number of acknowledged events.</returns>
    public async Task<int> RunAsync(int refused)
    {
        using var over = new CancellationTokenSource();
        var uploading = Enumerable.Range(0, Clients).Select(client => UploadAsync(client, over.Token)).ToArray();
        await Calls.UntilAsync(() => Task.FromResult(!_batches.IsEmpty), _limit);
        _disk.Fill();
        bool full = await Calls.UntilAsync(() => Task.FromResult(_refusals.Values.Sum() >= refused), _limit);
        Findings.Expect(full, "No call is refused on a full disk.");
        for (int user = 0; user < CrashMatrix.Planted / 2; user++)
            Findings.Expect(await _service.TryCallAsync(HttpMethod.Get, $"/users/hiking-{user}/cluster") is (HttpStatusCode.OK, _), "A lookup fails on a full disk.");
        string? id = await StartClusteringAsync();
        if (id is not null) await CheckFailureAsync(id);
        await over.CancelAsync();
        await Task.WhenAll(uploading);

        _disk.Free();
        if (!_service.IsDatabaseAlive) await _service.RestartDatabaseAsync();
        DateTime freed = DateTime.UtcNow;
        bool recovered = await Calls.UntilAsync(() => UploadAsync("after"), _limit);
        Findings.Expect(recovered, "Uploads fail although there is room again.");
        foreach (var (batch, acknowledged) in _batches)
        {
            long stored = await _service.ReadAsync<long>($"SELECT count(*) FROM events WHERE user_id = '{batch}'");
            Findings.Expect(stored == BatchSize || (stored == 0 && !acknowledged), $"{stored} of {BatchSize} events of an upload are stored, {(acknowledged ? "acknowledged" : "not acknowledged")}.");
        }

        // A clustering that could not even fail on the full disk is taken up again by now.
        if (id is not null) await Calls.UntilAsync(() => _service.ReadAsync<bool>($"SELECT state NOT IN ('queued', 'running') FROM clusterings WHERE id = '{id}'"), _limit);
        await _service.ExecuteAsync("UPDATE clusterings SET deleted_at = now() WHERE state = 'failed'"); // the invariants know no failures
        var next = await _service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 3, to = "2026-06-01T00:00:00Z", from = "2026-05-01T00:00:00Z" });
        Findings.Expect((bool)next["published"]!, "No clustering is published although there is room again.");
        await Invariants.CheckAsync(_service, "after a full disk", Findings);
        bool saved = await Calls.UntilAsync(() => Task.FromResult(Directory.GetFiles(DataOf(_disk), "lookups-*.bin").Any(file => File.GetLastWriteTimeUtc(file) > freed)), _limit);
        Findings.Expect(saved, "Lookups are not saved although there is room again.");
        Findings.Expect(!_service.HasEnded, "The service has ended.");
        return _batches.Count(batch => batch.Value) * BatchSize;
    }

    public async ValueTask DisposeAsync()
    {
        _disk.Free();
        await _service.DisposeAsync();
        await _disk.DisposeAsync();
    }

    private static string DataOf(SmallDisk disk) => Path.Combine(disk.Folder, "data");

    /// <returns>The id of the clustering; null when the start was refused.</returns>
    private async Task<string?> StartClusteringAsync()
    {
        using var answer = await _service.Client.PostAsJsonAsync(new Uri("/clusterings", UriKind.Relative), new { encoder = "svd", clusters = 2, seed = 4 });
        if (answer.StatusCode == HttpStatusCode.Accepted) return (string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        await CountRefusalAsync(answer);
        return null;
    }

    private async Task CheckFailureAsync(string id)
    {
        JsonNode? clustering = null;
        await Calls.UntilAsync(
            async () => await _service.TryCallAsync(HttpMethod.Get, $"/clusterings/{id}") is (HttpStatusCode.OK, { } body) && (string?)(clustering = body)["state"] is not ("queued" or "running"),
            TimeSpan.FromSeconds(10));
        Findings.Expect(
            (string?)clustering?["state"] is null or "queued" or "running" or "succeeded" || (string?)clustering?["error"]?["code"] == "diskFull",
            $"A clustering on a full disk ends as {clustering?["state"]} {clustering?["error"]}.");
    }

    private async Task UploadAsync(int client, CancellationToken over)
    {
        for (int batch = 0; !over.IsCancellationRequested; batch++)
            if (!await UploadAsync($"client-{client}-{batch}")) await Task.Delay(50, CancellationToken.None);
    }

    /// <returns>Whether the upload was acknowledged.</returns>
    private async Task<bool> UploadAsync(string user)
    {
        _batches.TryAdd(user, false);
        using var answer = await _service.Client.PostAsJsonAsync(new Uri("/events", UriKind.Relative), Enumerable.Range(0, BatchSize).Select(e => new
        {
            userId = user,
            itemId = $"item-{e}",
            eventType = "view",
            timestamp = $"2026-03-01T08:{e % 60:00}:00Z",
            title = $"Item {e % 7}",
        }));
        if (answer.IsSuccessStatusCode) _batches[user] = true;
        else await CountRefusalAsync(answer);
        return answer.IsSuccessStatusCode;
    }

    private async Task CountRefusalAsync(HttpResponseMessage answer)
    {
        string text = await answer.Content.ReadAsStringAsync();
        var problem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? JsonNode.Parse(text) : null;
        Findings.Expect(
            answer is { StatusCode: HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage, Headers.RetryAfter: not null } && problem?["traceId"] is not null,
            $"On a full disk a call is answered with {(int)answer.StatusCode}, Retry-After {answer.Headers.RetryAfter}: {text}");
        _refusals.AddOrUpdate($"{(int)answer.StatusCode} {problem?["title"]}", 1, (_, count) => count + 1);
    }
}
