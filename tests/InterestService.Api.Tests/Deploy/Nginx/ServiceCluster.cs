using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Deploy.Nginx;

/// <summary>Two api and two worker processes on one PostgreSQL.</summary>
public sealed class ServiceCluster : IAsyncLifetime
{
    private readonly List<ServiceProcess> _processes = [];

    /// <summary>The api processes.</summary>
    internal IReadOnlyList<ServiceProcess> Apis => _processes[..2];

    public async ValueTask InitializeAsync()
    {
        _processes.Add(await ServiceProcess.StartAsync(Environment("api")));
        foreach (string role in new[] { "api", "worker", "worker" }) _processes.Add(await _processes[0].JoinAsync(Environment(role)));
    }

    /// <summary>Creates a client with the key of the processes.</summary>
    internal static HttpClient CreateClient(Uri address) =>
        new() { BaseAddress = address, Timeout = Wait.Limit, DefaultRequestHeaders = { { "X-API-Key", ServiceProcess.Key } } };

    /// <summary>Starts nginx before the api processes; skips the test where it is not installed.</summary>
    internal Task<NginxProxy> StartNginxAsync() =>
        NginxProxy.StartAsync("interestservice.conf", ("api-1:8080", Apis[0].Address), ("api-2:8080", Apis[1].Address));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.AsEnumerable().Reverse()) await process.DisposeAsync(); // the first has the database
    }

    private static Dictionary<string, string> Environment(string role) => new()
    {
        ["InterestService__Role"] = role,
        // Other tests take all processors for minutes.
        ["InterestService__JobPriority"] = "normal",
        ["InterestService__Threads"] = "1",
    };
}
