using InterestService.Api.Hosting.Databases;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// The hosts beside one of the role <c>Api</c> in the process of the tests, with which there are <see cref="Count"/> of each role on one database, each
/// in a process of its own.
/// </summary>
internal sealed class Replicas : IAsyncDisposable
{
    /// <summary>Setting of a host that answers requests and runs no jobs.</summary>
    public const string Api = ApiHost.RoleSetting + "Api";

    private const string Worker = ApiHost.RoleSetting + "Worker";

    /// <summary>Number of hosts of each role; 0 for one of the role <c>All</c>.</summary>
    public static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("INTERESTSERVICE_TEST_REPLICAS"), out int count) ? count : 0;

    private static readonly string[] _roles = [.. Enumerable.Repeat(Api, Math.Max(0, Count - 1)), .. Enumerable.Repeat(Worker, Count)];

    private static readonly Lazy<Task<ReplicaProcess[]>> _processes = new(() => Task.WhenAll(_roles.Select(_ => ReplicaProcess.StartAsync())));

    private readonly WebApplication _worker;
    private readonly ReplicaProcess[] _holders;
    private readonly Uri[] _hosts;

    private Replicas(WebApplication worker, ReplicaProcess[] holders, Uri[] hosts) => (_worker, _holders, _hosts) = (worker, holders, hosts);

    /// <summary>Addresses of the hosts that answer requests.</summary>
    public IEnumerable<Uri> Addresses => _hosts.Take(Count - 1);

    /// <summary>Services of a worker in the process of the tests, which runs nothing by itself.</summary>
    public IServiceProvider WorkerServices => _worker.Services;

    /// <param name="settings">Those of every host.</param>
    public static async Task<Replicas> StartAsync(string[] settings)
    {
        var worker = Program.Build([.. settings, Worker]);
        await worker.Services.GetRequiredService<Database>().PrepareAsync(TestContext.Current.CancellationToken);
        var processes = await _processes.Value;
        var hosts = await Task.WhenAll(processes.Zip(_roles, (process, role) => process.StartHostAsync([.. settings, role])));
        var replicas = new Replicas(worker, processes, hosts);
        foreach (var address in replicas.Addresses) await FollowAsync(address);
        return replicas;
    }

    /// <summary>Waits until the worker in this process knows what is published.</summary>
    public Task RefreshWorkerAsync() => WorkerServices.GetRequiredService<PublishedSnapshot>().RefreshAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_holders.Zip(_hosts, (process, host) => process.StopHostAsync(host)));
        await _worker.DisposeAsync();
    }

    private static async Task FollowAsync(Uri host)
    {
        using var client = new HttpClient { BaseAddress = host };
        await ApiHost.FollowAsync(async () =>
            (await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }
}
