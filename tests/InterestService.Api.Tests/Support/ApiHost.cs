using InterestService.Api.Cli;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.Support;

/// <summary>The real host on a free port of 127.0.0.1.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>In place of a connection string: the host starts PostgreSQL itself, in its data folder.</summary>
    public const string OwnServer = "";

    /// <summary>Those to which the service's own settings give a level.</summary>
    private static readonly string[] _libraries =
        ["Microsoft", "Microsoft.AspNetCore.DataProtection", "Microsoft.Hosting.Lifetime", "Hangfire", "System.Net.Http"];

    private readonly WebApplication _app;

    private ApiHost(WebApplication app)
    {
        _app = app;
        BaseAddress = new Uri(app.Urls.Single());
        // A client that has a body sends it after the timeout, to a server that may have refused it by then.
        Client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Wait.Limit }) { BaseAddress = BaseAddress, Timeout = Wait.Limit };
    }

    public Uri BaseAddress { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Builds the service's own middleware and endpoints, to be called without a server.</summary>
    public RequestDelegate BuildPipeline() => ((IApplicationBuilder)_app).Build();

    /// <summary>Starts the host in Development, where callers on this machine need no key.</summary>
    /// <param name="connectionString">A database that has the tables, or <see cref="OwnServer"/>.</param>
    /// <param name="settings">Further settings, as on the command line: <c>--Section:Key=value</c>. The last value of a key counts.</param>
    public static Task<ApiHost> StartAsync(string connectionString, params string[] settings) => StartAsync(connectionString, _ => { }, settings);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    /// <param name="map">Maps additional endpoints for a test.</param>
    public static async Task<ApiHost> StartAsync(string connectionString, Action<WebApplication> map, params string[] settings)
    {
        var app = Program.Build(
        [
            "--environment=Development", "--urls=http://127.0.0.1:0", $"--ConnectionStrings:Postgres={connectionString}",
            // Errors that tests provoke are not logged.
            "--Serilog:MinimumLevel:Default=Fatal", .. _libraries.Select(library => $"--Serilog:MinimumLevel:Override:{library}=Fatal"),
            // Other tests take all processors for minutes, in which a job of lower priority would hardly run.
            "--InterestService:Threads=1", "--InterestService:JobPriority=Normal",
            // The data folder is that of the machine's service.
            "--InterestService:SaveLookups=false", .. settings,
        ]);
        map(app);
        await app.PrepareAndStartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
