using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Dashboard;
using Hangfire.PostgreSql;
using InterestService.Api.Clusterings;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Requests;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Hangfire on the service's PostgreSQL.</summary>
internal static class HangfireJobs
{
    /// <summary>Clusterings and comparisons use all processors: one at a time a worker, in a queue of their own.</summary>
    public const string HeavyQueue = "heavy";

    private const string Schema = "hangfire";

    private static readonly PostgreSqlStorageOptions _storage = new()
    {
        SchemaName = Schema,
        PrepareSchemaIfNecessary = false, // `migrate` creates it
        // A job longer than the time-out must not be taken for lost: its worker keeps it alive.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
        // Notifications instead of a 15 s poll.
        EnableLongPolling = true,
    };

    public static void AddJobs(this IServiceCollection services, Role role)
    {
        // In the container and not, as Hangfire would have it, in statics: two hosts can then live in one process.
        services.AddSingleton<JobStorage>(provider => new PostgreSqlStorage(new ConnectionFactory(provider), _storage));
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        services.AddScoped<JobStore>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<PipelineOptionsFactory>();
        services.AddSingleton<ClusterNamer>();
        if (role == Role.Api) return;
        services.AddHangfireServer(server =>
        {
            server.ServerName = $"{Environment.MachineName}:{Environment.ProcessId}";
            server.Queues = [HeavyQueue];
            server.WorkerCount = 1;
            server.ShutdownTimeout = TimeSpan.FromSeconds(20);
        });
        services.AddHostedService<JobSweeper>();
    }

    /// <summary>The dashboard, for callers on this machine only.</summary>
    public static void MapJobs(this WebApplication app) =>
        app.MapHangfireDashboard("/hangfire", new DashboardOptions { Authorization = [new LocalCallersOnly()] }).AllowAnonymous();

    /// <summary>Creates or updates Hangfire's tables.</summary>
    public static async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        PostgreSqlObjectsInstaller.Install(connection, Schema);
    }

    private sealed class LocalCallersOnly : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => LocalCaller.Is(context.GetHttpContext());
    }

    /// <summary>Asks for the data source only when a connection is wanted: the storage is made before the database is open.</summary>
    private sealed class ConnectionFactory(IServiceProvider provider) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => provider.GetRequiredService<NpgsqlDataSource>().CreateConnection();
    }
}
