using System.Net;
using InterestService.Harness;

namespace InterestService.Endurance.Outages;

/// <summary>
/// Every kind of call at the same time, in a process with two pool threads. A call that waited synchronously would keep its thread from the
/// others: while PostgreSQL answers nothing, not even lookups were answered.
/// </summary>
internal sealed class FewThreads : IAsyncDisposable
{
    private const int Threads = 2;
    private const int Users = 50;
    private const int Lookups = 50;

    /// <summary>Calls of each operation.</summary>
    private const int Same = 3;

    /// <summary>Far beyond what calls take that wait for nothing, and below the time-out of a statement, 30 s.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private readonly TcpProxy _proxy;
    private readonly ServiceProcess _service;

    private FewThreads(TcpProxy proxy, ServiceProcess service) => (_proxy, _service) = (proxy, service);

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Starts the service and publishes a clustering.</summary>
    public static async Task<FewThreads> StartAsync()
    {
        var (proxy, service) = await TcpProxy.StartServiceAsync(new() { ["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = $"{Threads:x}" });
        await service.CallAsync(HttpMethod.Post, "/events", PlantedUsers.Create(Users, "hiking", "cooking"));
        await service.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
        return new FewThreads(proxy, service);
    }

    /// <summary>Makes all calls while PostgreSQL answers, while it does not, and afterwards.</summary>
    /// <returns>Number of calls.</returns>
    public async Task<int> RunAsync()
    {
        int calls = await CallAsync("PostgreSQL answers", CallAllAsync(mayBeRefused: false));
        _proxy.Set(Weather.Silent);
        var waiting = CallAllAsync(mayBeRefused: true);
        await CallAsync("PostgreSQL is silent", LookUpAsync());
        _proxy.Set(Weather.Fine);
        calls += await CallAsync("PostgreSQL was silent", waiting);
        bool ready = await Calls.UntilAsync(async () => await _service.TryCallAsync(HttpMethod.Get, "/health/ready") is (HttpStatusCode.OK, _), _limit);
        Findings.Expect(ready, "Not ready after PostgreSQL was silent.");
        calls += await CallAsync("PostgreSQL answers again", CallAllAsync(mayBeRefused: false));
        int threads = PoolThreads();
        Findings.Expect(threads is > 0 and <= Threads, $"The process has {threads} pool threads.");
        return calls;
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Set(Weather.Fine);
        await _service.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    private async Task<int> CallAsync(string when, Task<int> calls)
    {
        if (await Task.WhenAny(calls, Task.Delay(3 * _limit)) != calls)
        {
            Findings.Add($"{when}: calls hang.");
            _proxy.Set(Weather.Fine);
        }

        return await calls;
    }

    private async Task<int> CallAllAsync(bool mayBeRefused)
    {
        var calls = from operation in ApiOperation.All from _ in Enumerable.Range(0, Same) select CallAsync(operation, mayBeRefused);
        return (await Task.WhenAll(calls)).Length;
    }

    private async Task<bool> CallAsync(ApiOperation operation, bool mayBeRefused)
    {
        using var request = operation.CreateRequest();
        using var answer = await _service.Client.SendAsync(request);
        bool refused = answer.StatusCode == HttpStatusCode.ServiceUnavailable && mayBeRefused;
        Findings.Expect(answer.StatusCode < HttpStatusCode.InternalServerError || refused, $"{operation}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return refused;
    }

    private async Task<int> LookUpAsync()
    {
        for (int lookup = 0; lookup < Lookups; lookup++)
        {
            var calls = Task.WhenAll(
                _service.TryCallAsync(HttpMethod.Get, $"/users/hiking-{lookup}/cluster"), _service.TryCallAsync(HttpMethod.Get, "/health/live"));
            bool answered = await Task.WhenAny(calls, Task.Delay(_limit)) == calls && (await calls).All(answer => answer is (HttpStatusCode.OK, _));
            Findings.Expect(answered, $"While PostgreSQL is silent, lookup {lookup} or liveness is not answered within {_limit.TotalSeconds} s.");
            if (!answered) break;
        }

        return Lookups;
    }

    private int PoolThreads() => Directory.GetDirectories($"/proc/{_service.Id}/task")
        .Count(thread => File.ReadAllText(Path.Combine(thread, "comm")).StartsWith(".NET TP Worker", StringComparison.Ordinal));
}
