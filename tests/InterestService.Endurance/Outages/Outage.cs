using System.Diagnostics;
using System.Net;
using InterestService.Harness;

namespace InterestService.Endurance.Outages;

/// <summary>
/// What callers see while the network between the service and PostgreSQL is slow, silent or broken: lookups go on, everything else is refused
/// soon and with a time to try again, and the service recovers by itself.
/// </summary>
internal sealed class Outage : IAsyncDisposable
{
    private const int Users = 100;

    /// <summary>Time by which readiness tells that the database is away.</summary>
    private static readonly TimeSpan _readiness = TimeSpan.FromSeconds(5);

    /// <summary>Time within which a call that needs the database is refused.</summary>
    private static readonly TimeSpan _refusal = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(15);

    /// <summary>Time within which a worker begins a job after the outage.</summary>
    private static readonly TimeSpan _work = TimeSpan.FromSeconds(20);

    /// <summary>Far beyond what a clustering of so few users takes.</summary>
    private static readonly TimeSpan _clustering = TimeSpan.FromMinutes(2);

    private readonly TcpProxy _proxy;
    private readonly ServiceProcess _service;

    private Outage(TcpProxy proxy, ServiceProcess service) => (_proxy, _service) = (proxy, service);

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Starts the service behind a network and publishes a clustering.</summary>
    public static async Task<Outage> StartAsync()
    {
        var (proxy, service) = await TcpProxy.StartServiceAsync();
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        return new Outage(proxy, service);
    }

    /// <summary>Makes calls in some weather, and after it.</summary>
    /// <param name="weather">How the network behaves.</param>
    /// <param name="duration">For how long.</param>
    /// <returns>The slowest of 99 % of the lookups, in milliseconds.</returns>
    public async Task<double> RunAsync(Weather weather, TimeSpan duration)
    {
        bool away = weather is Weather.Silent or Weather.Broken;
        using var over = new CancellationTokenSource();
        _proxy.Set(weather);
        var lookups = _service.LookUpAsync("hiking", Users, over.Token);
        var began = Stopwatch.StartNew();
        var calls = Task.WhenAll(WriteAsync(weather, away), ListAsync(weather, away));
        if (away)
        {
            bool told = await Calls.UntilAsync(async () => await _service.TryCallAsync(HttpMethod.Get, "/health/ready") is (HttpStatusCode.ServiceUnavailable, _), _readiness);
            Findings.Expect(told, $"{weather}: readiness does not tell within {_readiness.TotalSeconds} s.");
        }

        await calls;
        if (began.Elapsed < duration) await Task.Delay(duration - began.Elapsed);
        _proxy.Set(Weather.Fine);
        bool recovered = await Calls.UntilAsync(
            async () => await _service.TryCallAsync(HttpMethod.Get, "/health/ready") is (HttpStatusCode.OK, _)
                && await _service.TryCallAsync(HttpMethod.Post, "/events", Event()) is (HttpStatusCode.OK, _), _recovery);
        Findings.Expect(recovered, $"{weather}: not ready {_recovery.TotalSeconds} s after it.");
        await over.CancelAsync();
        var (slow, failed) = await lookups;
        Findings.Expect(failed == 0, $"{weather}: {failed} lookups failed.");
        await ClusterAsync(weather);
        return slow;
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Set(Weather.Fine);
        await _service.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private static object[] Event() => [new { userId = "hiking-1", itemId = "hiking-item-0", eventType = "view", timestamp = "2026-03-30T08:00:00Z" }];

    private Task WriteAsync(Weather weather, bool away) => ExpectAsync(weather, away, HttpMethod.Post, "/events", Event());

    private Task ListAsync(Weather weather, bool away) => ExpectAsync(weather, away, HttpMethod.Get, "/clusterings", null);

    private async Task ClusterAsync(Weather weather)
    {
        string path = $"/clusterings/{(await _service.CallAsync(HttpMethod.Post, "/clusterings", new { encoder = "svd", clusters = 2, seed = 1 }))!["id"]}";
        Findings.Expect(await LeavesAsync(path, _work, "queued"), $"{weather}: no worker begins a clustering within {_work.TotalSeconds} s after it.");
        // The only worker has to be free when the next outage is over.
        Findings.Expect(await LeavesAsync(path, _clustering, "queued", "running"), $"{weather}: a clustering takes longer than {_clustering.TotalSeconds} s after it.");
    }

    /// <summary>Waits until a clustering has none of the states any more. On a busy machine the database can seem away once more.</summary>
    private Task<bool> LeavesAsync(string clustering, TimeSpan limit, params string[] states) => Calls.UntilAsync(
        async () => await _service.TryCallAsync(HttpMethod.Get, clustering) is (HttpStatusCode.OK, var answer) && Array.IndexOf(states, (string?)answer!["state"]) < 0, limit);

    private async Task ExpectAsync(Weather weather, bool away, HttpMethod method, string path, object? body)
    {
        var watch = Stopwatch.StartNew();
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        using var answer = await _service.Client.SendAsync(request);
        if (!away)
        {
            Findings.Expect(answer.IsSuccessStatusCode, $"{weather}: {method} {path} is answered with {(int)answer.StatusCode}.");
            return;
        }

        Findings.Expect(
            answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null } && watch.Elapsed < _refusal,
            $"{weather}: {method} {path} is answered with {(int)answer.StatusCode}, Retry-After {answer.Headers.RetryAfter}, after {watch.Elapsed.TotalSeconds:0.0} s.");
    }
}
