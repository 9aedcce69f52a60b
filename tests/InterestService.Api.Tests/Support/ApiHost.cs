using System.Diagnostics;
using InterestService.Api.Cli;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// The real host on a free port of 127.0.0.1. With a number in the environment variable <c>INTERESTSERVICE_TEST_REPLICAS</c>, and where a test
/// names no role, it is that many hosts of the role <c>Api</c>, which take turns in answering, and as many of the role <c>Worker</c> on one database.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>In place of a connection string: the host starts PostgreSQL itself, in its data folder.</summary>
    public const string OwnServer = "";

    /// <summary>Setting of a host that is one process, whatever the environment: where a test tells one process from others.</summary>
    public const string Alone = RoleSetting + "All";

    private const string RoleSetting = "--InterestService:Role=";

    /// <summary>Those to which the service's own settings give a level.</summary>
    private static readonly string[] _libraries =
        ["Microsoft", "Microsoft.AspNetCore.DataProtection", "Microsoft.Hosting.Lifetime", "Hangfire", "System.Net.Http"];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Number of hosts of each role; 0 for one of the role <c>All</c>.</summary>
    public static readonly int Replicas =
        int.TryParse(Environment.GetEnvironmentVariable("INTERESTSERVICE_TEST_REPLICAS"), out int replicas) ? replicas : 0;

    private readonly List<WebApplication> _apps; // the one that the test holds is first

    private ApiHost(List<WebApplication> apps)
    {
        _apps = apps;
        BaseAddress = new Uri(apps[0].Urls.Single());
        Services = new ReplicaServices([.. apps.Select(app => app.Services)]);
        // A client that has a body sends it after the timeout, to a server that may have refused it by then.
        HttpMessageHandler handler = new SocketsHttpHandler { Expect100ContinueTimeout = Wait.Limit };
        if (apps.Count > 1) handler = new TurnTaking([.. apps.Take(Replicas).Select(app => new Uri(app.Urls.Single()))], handler);
        Client = new HttpClient(handler) { BaseAddress = BaseAddress, Timeout = Wait.Limit };
    }

    public Uri BaseAddress { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services { get; }

    /// <summary>Builds the service's own middleware and endpoints, to be called without a server.</summary>
    public RequestDelegate BuildPipeline() => ((IApplicationBuilder)_apps[0]).Build();

    /// <summary>Starts the host in Development, where callers on this machine need no key.</summary>
    /// <param name="connectionString">A database that has the tables, or <see cref="OwnServer"/>.</param>
    /// <param name="settings">Further settings, as on the command line: <c>--Section:Key=value</c>. The last value of a key counts.</param>
    public static Task<ApiHost> StartAsync(string connectionString, params string[] settings) => StartAsync(connectionString, _ => { }, settings);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    /// <param name="map">Maps additional endpoints for a test.</param>
    public static async Task<ApiHost> StartAsync(string connectionString, Action<WebApplication> map, params string[] settings)
    {
        bool alone = Replicas == 0 || connectionString == OwnServer || Array.Exists(settings, setting => setting.StartsWith(RoleSetting, StringComparison.Ordinal));
        string[][] roles = alone ? [[]] : [.. Enumerable.Repeat<string[]>([RoleSetting + "Api"], Replicas), .. Enumerable.Repeat<string[]>([RoleSetting + "Worker"], Replicas)];
        var apps = new List<WebApplication>();
        foreach (string[] role in roles)
        {
            var app = Program.Build(
            [
                "--environment=Development", "--urls=http://127.0.0.1:0", $"--ConnectionStrings:Postgres={connectionString}",
                // Errors that tests provoke are not logged.
                "--Serilog:MinimumLevel:Default=Fatal", .. _libraries.Select(library => $"--Serilog:MinimumLevel:Override:{library}=Fatal"),
                "--InterestService:Threads=1",
                // The data folder is that of the machine's service.
                "--InterestService:SaveLookups=false", .. settings, .. role,
            ]);
            map(app);
            await app.PrepareAndStartAsync(TestContext.Current.CancellationToken);
            await FollowAsync(app);
            apps.Add(app);
        }

        return new ApiHost(apps);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var app in _apps)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }

    /// <summary>
    /// Waits until the host knows what is published, before which it refuses lookups, unless the database is away: what tests mean is rarely the
    /// moment after the start.
    /// </summary>
    private static async Task FollowAsync(WebApplication app)
    {
        var published = app.Services.GetService<PublishedSnapshot>();
        for (var watch = Stopwatch.StartNew(); published is { IsLoaded: false } && watch.Elapsed < _patience; await Task.Delay(5, TestContext.Current.CancellationToken))
        {
        }
    }

    /// <summary>Services of the first of several hosts that has them.</summary>
    private sealed class ReplicaServices(IServiceProvider[] hosts) : IServiceProvider
    {
        public object? GetService(Type serviceType) => hosts.Select(host => host.GetService(serviceType)).FirstOrDefault(service => service is not null);
    }
}
