using System.Diagnostics;
using InterestService.Api.Cli;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Support;

/// <summary>
/// The real host on a free port of 127.0.0.1. With a number in the environment variable <c>INTERESTSERVICE_TEST_REPLICAS</c>, and where a test
/// names no role and adds nothing to the host, it is that many hosts of the role <c>Api</c>, which take turns in answering, and as many of the role
/// <c>Worker</c> on one database, each in a process of its own; the first <c>Api</c> is in that of the tests.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>In place of a connection string: the host starts PostgreSQL itself, in its data folder.</summary>
    public const string OwnServer = "";

    /// <summary>Setting of a host that is one process, whatever the environment: where a test tells one process from others.</summary>
    public const string Alone = RoleSetting + "All";

    /// <summary>Setting of the role of a host, which follows it.</summary>
    public const string RoleSetting = "--InterestService:Role=";

    /// <summary>Those to which the service's own settings give a level.</summary>
    private static readonly string[] _libraries =
        ["Microsoft", "Microsoft.AspNetCore.DataProtection", "Microsoft.Hosting.Lifetime", "Hangfire", "System.Net.Http"];

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly Replicas? _replicas;

    private ApiHost(WebApplication app, Replicas? replicas = null)
    {
        (_app, _replicas) = (app, replicas);
        BaseAddress = new Uri(app.Urls.Single());
        Services = replicas is null ? app.Services : new EitherServices(app.Services, replicas.WorkerServices);
        // A client that has a body sends it after the timeout, to a server that may have refused it by then.
        HttpMessageHandler handler = new SocketsHttpHandler { Expect100ContinueTimeout = Wait.Limit };
        if (replicas is not null) handler = new TurnTaking([BaseAddress, .. replicas.Addresses], handler);
        Client = new HttpClient(handler) { BaseAddress = BaseAddress, Timeout = Wait.Limit };
    }

    public Uri BaseAddress { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services { get; }

    /// <summary>Builds the service's own middleware and endpoints, to be called without a server.</summary>
    public RequestDelegate BuildPipeline() => ((IApplicationBuilder)_app).Build();

    /// <summary>Starts the host in Development, where callers on this machine need no key.</summary>
    /// <param name="connectionString">A database that has the tables, or <see cref="OwnServer"/>.</param>
    /// <param name="settings">Further settings, as on the command line: <c>--Section:Key=value</c>. The last value of a key counts.</param>
    public static async Task<ApiHost> StartAsync(string connectionString, params string[] settings)
    {
        bool alone = Replicas.Count == 0 || connectionString == OwnServer
            || Array.Exists(settings, setting => setting.StartsWith(RoleSetting, StringComparison.Ordinal));
        if (alone) return await StartAsync(connectionString, _ => { }, settings);
        settings = Complete(connectionString, settings);
        var app = await StartAppAsync(_ => { }, [.. settings, Replicas.Api]);
        return new ApiHost(app, await Replicas.StartAsync(settings));
    }

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    /// <param name="map">Maps additional endpoints for a test, in one process.</param>
    public static async Task<ApiHost> StartAsync(string connectionString, Action<WebApplication> map, params string[] settings) =>
        new(await StartAppAsync(map, Complete(connectionString, settings)));

    /// <summary>Waits a while for a process to know what is published, before which it refuses lookups.</summary>
    /// <remarks>What tests mean is rarely the moment after the start. While the database is away, it does not come to know.</remarks>
    public static async Task FollowAsync(Func<Task<bool>> knows)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < _patience && !await knows();) await Task.Delay(5, Cancellation);
    }

    /// <summary>Assigns new users now, as workers do every 20 s, and waits until every process answers for them.</summary>
    /// <returns>The number of assignments written or removed.</returns>
    public async Task<int> AssignNewUsersAsync()
    {
        var assigner = Services.GetRequiredService<NewUserAssigner>();
        await assigner.StopAsync(Cancellation); // or its own search assigns before this one, or holds its lock
        if (_replicas is not null) await _replicas.RefreshWorkerAsync();
        int assigned = await assigner.AssignAsync(Cancellation);
        await Services.GetRequiredService<PublishedSnapshot>().RefreshAsync(Cancellation);
        if (_replicas is not null) await Task.Delay(TurnTaking.Following, Cancellation);
        return assigned;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        if (_replicas is not null) await _replicas.DisposeAsync();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string[] Complete(string connectionString, string[] settings) =>
    [
        "--environment=Development", "--urls=http://127.0.0.1:0", $"--ConnectionStrings:Postgres={connectionString}",
        // Errors that tests provoke are not logged.
        "--Serilog:MinimumLevel:Default=Fatal", .. _libraries.Select(library => $"--Serilog:MinimumLevel:Override:{library}=Fatal"),
        "--InterestService:Threads=1",
        // The data folder is that of the machine's service.
        "--InterestService:SaveLookups=false", .. settings,
    ];

    private static async Task<WebApplication> StartAppAsync(Action<WebApplication> map, string[] settings)
    {
        var app = Program.Build(settings);
        map(app);
        await app.PrepareAndStartAsync(Cancellation);
        var published = app.Services.GetService<PublishedSnapshot>();
        await FollowAsync(() => Task.FromResult(published is not { IsLoaded: false }));
        return app;
    }

    /// <summary>Services of a host, and of another one those that it has not.</summary>
    private sealed class EitherServices(IServiceProvider host, IServiceProvider other) : IServiceProvider
    {
        public object? GetService(Type serviceType) => host.GetService(serviceType) ?? other.GetService(serviceType);
    }
}
