using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.PostgreSql;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Hosting.Pages;
using InterestService.Api.Storage.Entities;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Runs jobs with Hangfire on the service's PostgreSQL.</summary>
internal static class HangfireJobs
{
    /// <summary>Queue of the jobs that use all processors; each worker runs one at a time.</summary>
    public const string HeavyQueue = "heavy";

    private const string Schema = "hangfire";

    public static void AddJobs(this IServiceCollection services, Role role)
    {
        // The container holds these, instead of Hangfire's static properties, so that one process can run two hosts.
        services.Configure<PostgreSqlStorageOptions>(Configure);
        services.AddSingleton<JobStorage>(provider => new PostgreSqlStorage(
            new ConnectionFactory(provider), provider.GetRequiredService<IOptions<PostgreSqlStorageOptions>>().Value));
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfire(hangfire => hangfire.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings());
        services.AddScoped<JobStore>();
        services.AddSingleton<JobInstruments>();
        services.AddSingleton<JobRunner>();
        services.AddSingleton<JobQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<JobQueue>());
        services.AddSingleton<JobKinds>();
        services.AddHostedService<JobStatistics>();
        services.AddSingleton(new ForeignSchema(Schema, MigrateAsync));
        if (role == Role.Api) return;
        services.AddHostedService<JobServer>();
        services.AddHostedService<JobSweeper>();
    }

    /// <summary>Registers the kind of job whose rows are of type <typeparamref name="T"/>.</summary>
    public static void AddJob<T>(this IServiceCollection services, string table, Action<IBackgroundJobClient, Guid> enqueue)
        where T : LongJob => services.AddSingleton(new JobKind(typeof(T), table, enqueue));

    /// <summary>Maps the dashboard, to which <see cref="PagePolicies"/> admits visitors.</summary>
    public static void MapJobs(this WebApplication app) => app.MapHangfireDashboard("/hangfire", new DashboardOptions { Authorization = [] }).AllowAnonymous();

    private static void Configure(PostgreSqlStorageOptions storage)
    {
        storage.SchemaName = Schema;
        storage.PrepareSchemaIfNecessary = false; // `migrate` creates it
        // The worker keeps its job visible, so that a job longer than the timeout does not count as lost.
        storage.UseSlidingInvisibilityTimeout = true;
        storage.InvisibilityTimeout = TimeSpan.FromMinutes(5);
        // A process that dies or loses the database while it changes a job's state leaves a lock, for which workers wait. What a lock protects
        // takes milliseconds, and a job that runs twice is kept from it by its lease.
        storage.DistributedLockTimeout = TimeSpan.FromSeconds(10);
        // Uses notifications instead of a poll every 15 s.
        storage.EnableLongPolling = true;
    }

    /// <summary>Creates or updates Hangfire's tables.</summary>
    private static async Task MigrateAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        PostgreSqlObjectsInstaller.Install(connection, Schema);
    }

    /// <summary>Resolves the data source on the first connection, because the storage is created before the database is open.</summary>
    private sealed class ConnectionFactory(IServiceProvider provider) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => provider.GetRequiredService<NpgsqlDataSource>().CreateConnection();
    }
}
