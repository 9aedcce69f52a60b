using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using InterestService.Endurance.Crashes;
using InterestService.Harness;

namespace InterestService.Endurance.Shortages;

/// <summary>
/// A clustering that needs more memory than the process has: it fails with the reason, while uploads and lookups go on, and a smaller one succeeds
/// afterwards.
/// </summary>
internal sealed class LittleMemory : IAsyncDisposable
{
    private const int Users = 100;
    private const int EventsPerUser = 4;
    private const int UsersPerUpload = 5_000;

    private readonly ServiceProcess _service;

    private LittleMemory(ServiceProcess service) => _service = service;

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Starts the service and publishes a clustering.</summary>
    /// <param name="megabytes">Maximum size of the managed heap.</param>
    public static async Task<LittleMemory> StartAsync(int megabytes)
    {
        var service = await ServiceProcess.StartAsync(new()
        {
            ["DOTNET_GCHeapHardLimit"] = ((long)megabytes << 20).ToString("x", CultureInfo.InvariantCulture),
            ["InterestService__JobPriority"] = "normal",
        });
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        return new LittleMemory(service);
    }

    /// <summary>Uploads events of many users, and clusters them.</summary>
    /// <param name="users">Number of users.</param>
    /// <returns>The failure of the clustering.</returns>
    public async Task<string> RunAsync(int users)
    {
        for (int first = 0; first < users; first += UsersPerUpload) await UploadAsync(first, Math.Min(UsersPerUpload, users - first));
        using var over = new CancellationTokenSource();
        var lookups = _service.LookUpAsync("hiking", Users, over.Token);
        string? id = await RunAct.FinishAsync(_service, new { encoder = "svd", clusters = 10, seed = 1 });
        await over.CancelAsync();
        var (_, failed) = await lookups;
        Findings.Expect(failed == 0, $"{failed} lookups failed.");
        Findings.Expect(!_service.HasEnded, "The service has ended.");
        var clustering = await _service.CallAsync(HttpMethod.Get, $"/clusterings/{id}");
        Findings.Expect((string?)clustering!["error"]?["code"] == "outOfMemory", $"The clustering ends as {clustering["state"]} {clustering["error"]}.");

        await UploadAsync(users, 10);
        long stored = await _service.ReadAsync<long>("SELECT count(*) FROM events WHERE user_id LIKE 'many-%'");
        Findings.Expect(stored == (users + 10) * EventsPerUser, $"{(users + 10) * EventsPerUser} events were acknowledged, and {stored} are stored.");
        var smaller = await _service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 2, from = "2026-05-01T00:00:00Z", to = "2026-06-01T00:00:00Z" });
        Findings.Expect((int)smaller["clusters"]! == 2, $"A smaller clustering: {smaller}.");
        Findings.Expect(await _service.TryCallAsync(HttpMethod.Get, "/users/hiking-1/cluster") is (HttpStatusCode.OK, _), "Lookups are not answered any more.");
        return $"{clustering["error"]}";
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task UploadAsync(int first, int users)
    {
        var rows = new StringBuilder("user_id,item_id,event_type,timestamp\n");
        for (int user = first; user < first + users; user++)
            for (int e = 0; e < EventsPerUser; e++)
                rows.Append(CultureInfo.InvariantCulture, $"many-{user},item-{(user * 7 + e * 13) % 3000},view,2026-03-0{1 + e}T08:00:00Z\n");
        using var content = new StringContent(rows.ToString(), Encoding.UTF8, "text/csv");
        using var answer = await _service.Client.PostAsync(new Uri("/events", UriKind.Relative), content);
        Findings.Expect(answer.StatusCode == HttpStatusCode.OK, $"An upload is answered with {(int)answer.StatusCode} {JsonNode.Parse(await answer.Content.ReadAsStringAsync())}.");
    }
}
