using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using InterestService.Harness;

namespace InterestService.Endurance.Overload;

/// <summary>
/// Many more uploads than the service can serve: it serves as many as it can as fast as before, refuses the others with a time to try again, answers
/// lookups meanwhile, and does not need more and more memory.
/// </summary>
internal sealed class Flood : IAsyncDisposable
{
    /// <summary>Clients of the closed loop that finds the sustainable rate: as many as one caller's uploads are served at once.</summary>
    public const int Sustainable = 12;

    private const int Users = 100;
    private const int Rows = 5_000;
    private const long MegaByte = 1 << 20;
    private const string Number = "00000000";

    /// <summary>Admitted growth of the service's resident memory, in bytes.</summary>
    private const long Growth = 400 * MegaByte;

    /// <summary>Admitted growth of its peak from the first half of the time to the second one.</summary>
    private const double LateGrowth = 1.1;

    private static readonly byte[] _body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, Rows).Select(row =>
        $$"""{"userId":"client-{{Number}}-{{row % 50}}","itemId":"item-{{row}}","eventType":"view","timestamp":"2026-03-01T08:00:00Z"}"""))}]");

    private static readonly int[] _numbers = [.. Positions(_body, Encoding.UTF8.GetBytes(Number))];

    private readonly ServiceProcess _service;
    private readonly ConcurrentDictionary<HttpStatusCode, int> _statuses = [];
    private readonly ConcurrentBag<double> _times = []; // of the uploads that were served, in milliseconds
    private int _uploads;
    private long _stored;

    private Flood(ServiceProcess service) => _service = service;

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <param name="Rate">Uploads served a second.</param>
    /// <param name="Served">Number of uploads that were stored.</param>
    /// <param name="Refused">Number of uploads that were refused.</param>
    /// <param name="Upload">Time of 99 % of the uploads that were served, in milliseconds.</param>
    /// <param name="Lookup">Time of 99 % of the lookups, in milliseconds.</param>
    /// <param name="Grown">Growth of resident memory, in bytes.</param>
    public sealed record Result(double Rate, int Served, int Refused, double Upload, double Lookup, long Grown);

    public static async Task<Flood> StartAsync()
    {
        var service = await ServiceProcess.StartAsync();
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        return new Flood(service);
    }

    /// <summary>Uploads from clients each of which begins its next upload when the last one was answered (a closed loop).</summary>
    /// <param name="clients">Number of clients.</param>
    /// <param name="duration">How long they do so.</param>
    public Task<Result> RunAsync(int clients, TimeSpan duration) =>
        MeasureAsync(duration, over => Task.WhenAll(Enumerable.Range(0, clients).Select(_ => UploadAsync(over))));

    /// <summary>Begins uploads at a rate, whether or not the others have been answered (an open loop).</summary>
    /// <param name="rate">Uploads a second.</param>
    /// <param name="duration">How long.</param>
    public Task<Result> OfferAsync(double rate, TimeSpan duration) => MeasureAsync(duration, async over =>
    {
        var uploads = new List<Task>();
        for (var watch = Stopwatch.StartNew(); !over.IsCancellationRequested; await Task.Delay(1, CancellationToken.None))
            while (uploads.Count < rate * watch.Elapsed.TotalSeconds) uploads.Add(UploadOnceAsync());
        await Task.WhenAll(uploads);
    });

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    private async Task<Result> MeasureAsync(TimeSpan duration, Func<CancellationToken, Task> load)
    {
        _statuses.Clear();
        _times.Clear();
        long before = _service.Memory.Resident;
        _service.Memory.ResetPeak();
        using var over = new CancellationTokenSource(duration);
        var watch = Stopwatch.StartNew();
        var lookups = _service.LookUpAsync("hiking", Users, over.Token);
        var loading = load(over.Token);
        await Task.Delay(duration / 2, CancellationToken.None);
        long early = _service.Memory.Peak;
        _service.Memory.ResetPeak();
        await loading;
        double seconds = watch.Elapsed.TotalSeconds;
        var (slow, failed) = await lookups;
        long late = _service.Memory.Peak;
        int served = _statuses.GetValueOrDefault(HttpStatusCode.OK), refused = _statuses.GetValueOrDefault(HttpStatusCode.TooManyRequests);
        Findings.Expect(failed == 0, $"{failed} lookups failed.");
        Findings.Expect(Math.Max(early, late) - before < Growth, $"The memory grows by {(Math.Max(early, late) - before) / MegaByte} MB.");
        Findings.Expect(late <= LateGrowth * early, $"The memory grows from {early / MegaByte} to {late / MegaByte} MB.");
        Findings.Expect(served > 0, "No upload is served.");
        foreach (var (status, count) in _statuses.Where(status => status.Key is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests)))
            Findings.Add($"{count} uploads are answered with {(int)status}.");
        _stored += (long)served * Rows;
        long stored = await _service.ReadAsync<long>("SELECT count(*) FROM events WHERE user_id LIKE 'client-%'");
        Findings.Expect(stored == _stored, $"{_stored} events were acknowledged, and {stored} are stored.");
        return new Result(served / seconds, served, refused, _times.Order().ElementAtOrDefault(_times.Count * 99 / 100), slow, Math.Max(early, late) - before);
    }

    private async Task UploadAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            if (await UploadOnceAsync() is { } wait) await Task.Delay(wait, CancellationToken.None);
    }

    /// <returns>Null when it was served; else the time to wait.</returns>
    private async Task<TimeSpan?> UploadOnceAsync()
    {
        using var content = new ByteArrayContent(NextBody());
        content.Headers.ContentType = new("application/json");
        long started = Stopwatch.GetTimestamp();
        using var answer = await _service.Client.PostAsync(new Uri("/events", UriKind.Relative), content, CancellationToken.None);
        _statuses.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
        if (answer.StatusCode == HttpStatusCode.OK) _times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (answer.StatusCode != HttpStatusCode.TooManyRequests) return null;
        Findings.Expect(answer.Headers.RetryAfter is not null, "A refused upload is not told when to try again.");
        return answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
    }

    /// <summary>Copies the body with a number of its own: to serialise one anew would take the processors from the service.</summary>
    private byte[] NextBody()
    {
        byte[] number = Encoding.UTF8.GetBytes($"{Interlocked.Increment(ref _uploads):00000000}");
        byte[] body = [.. _body];
        foreach (int position in _numbers) number.CopyTo(body, position);
        return body;
    }

    private static IEnumerable<int> Positions(byte[] text, byte[] part)
    {
        for (int at = 0, found; (found = text.AsSpan(at).IndexOf(part)) >= 0; at += found + part.Length) yield return at + found;
    }
}
