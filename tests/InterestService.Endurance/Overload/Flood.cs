using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using InterestService.Harness;

namespace InterestService.Endurance.Overload;

/// <summary>
/// Many more clients upload at once than the service serves: it serves as many as it can, refuses the others with a time to try again, answers
/// lookups meanwhile, and does not need more and more memory.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    private const int Users = 100;
    private const int Rows = 5_000;
    private const long MegaByte = 1 << 20;

    /// <summary>Admitted growth of the service's resident memory, in bytes.</summary>
    private const long Growth = 400 * MegaByte;

    /// <summary>Admitted time of 99 % of the lookups, in milliseconds: the clients take the processors too.</summary>
    private const double Lookups = 250;

    private readonly ServiceProcess _service;

    private Flood(ServiceProcess service) => _service = service;

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <param name="Served">Number of uploads that were stored.</param>
    /// <param name="Refused">Number of uploads that were refused.</param>
    /// <param name="Lookup">Time of 99 % of the lookups, in milliseconds.</param>
    /// <param name="Grown">Growth of resident memory, in bytes.</param>
    public sealed record Result(int Served, int Refused, double Lookup, long Grown);

    public static async Task<Flood> StartAsync()
    {
        var service = await ServiceProcess.StartAsync();
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        return new Flood(service);
    }

    /// <summary>Uploads from many clients at once.</summary>
    /// <param name="clients">Number of clients; each begins its next upload when the last one was answered.</param>
    /// <param name="duration">How long they do so.</param>
    public async Task<Result> RunAsync(int clients, TimeSpan duration)
    {
        using var over = new CancellationTokenSource(duration);
        var statuses = new ConcurrentDictionary<HttpStatusCode, int>();
        long before = _service.Memory.Resident;
        _service.Memory.ResetPeak();
        var lookups = _service.LookUpAsync("hiking", Users, over.Token);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => UploadAsync(client, statuses, over.Token)));
        var (slow, failed) = await lookups;
        long grown = _service.Memory.Peak - before;
        int served = statuses.GetValueOrDefault(HttpStatusCode.OK), refused = statuses.GetValueOrDefault(HttpStatusCode.TooManyRequests);
        Findings.Expect(failed == 0, $"{failed} lookups failed.");
        Findings.Expect(slow < Lookups, $"99 % of the lookups take up to {slow:0.0} ms.");
        Findings.Expect(grown < Growth, $"The memory grows by {grown / MegaByte} MB.");
        Findings.Expect(served > 0, "No upload is served.");
        foreach (var (status, count) in statuses.Where(status => status.Key is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests)))
            Findings.Add($"{count} uploads are answered with {(int)status}.");
        long stored = await _service.ReadAsync<long>("SELECT count(*) FROM events WHERE user_id LIKE 'client-%'");
        Findings.Expect(stored == (long)served * Rows, $"{served * Rows} events were acknowledged, and {stored} are stored.");
        return new Result(served, refused, slow, grown);
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task UploadAsync(int client, ConcurrentDictionary<HttpStatusCode, int> statuses, CancellationToken over)
    {
        for (int upload = 0; !over.IsCancellationRequested; upload++)
        {
            using var content = JsonContent.Create(Enumerable.Range(0, Rows).Select(row => new
            {
                userId = $"client-{client}-{upload}-{row % 50}",
                itemId = $"item-{row}",
                eventType = "view",
                timestamp = "2026-03-01T08:00:00Z",
            }));
            using var answer = await _service.Client.PostAsync(new Uri("/events", UriKind.Relative), content, CancellationToken.None);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) continue;
            Findings.Expect(answer.Headers.RetryAfter is not null, "A refused upload is not told when to try again.");
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), CancellationToken.None);
        }
    }
}
