using System.Reflection;
using InterestService.Api.Storage;
using InterestService.EmbeddedPostgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// The PostgreSQL of the service: the server of the connection string or, without one, an embedded server that stops with the host. The
/// embedded server is migrated at start, and any other one by the command <c>migrate</c>, since a migration locks its tables.
/// </summary>
internal sealed class Database(
    IConfiguration configuration, IOptions<InterestServiceOptions> options, IServiceProvider services, ILogger<EmbeddedServer> logger) : IAsyncDisposable
{
    public const string ConnectionStringName = "Postgres";
    public const string ReplicaConnectionStringName = "PostgresRead";

    private EmbeddedServer? _embedded;
    private string? _connectionString;

    /// <summary>The embedded server; null when the server is another one, or before it is open.</summary>
    public EmbeddedServer? Embedded => _embedded;

    public string ConnectionString => _connectionString ?? throw new InvalidOperationException("The database is not open yet.");

    /// <summary>A replica of the server that <see cref="ReadReplica"/> reads from; null without one, or before the database is open.</summary>
    public string? ReplicaConnectionString { get; private set; }

    /// <summary>Finds or starts the server.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        services.ValidateSettings(); // before a server is started for them
        _connectionString = ReadSetting(ConnectionStringName);
        ReplicaConnectionString = ReadSetting(ReplicaConnectionStringName);
        if (_connectionString is not null) return;
        if (ReplicaConnectionString is not null)
            throw new StartupException($"ConnectionStrings__{ReplicaConnectionStringName} requires ConnectionStrings__{ConnectionStringName}: the embedded PostgreSQL has no replica.");
        if (options.Value.Role != Role.All)
            throw new StartupException($"The roles api and worker require ConnectionStrings__{ConnectionStringName}: the processes share one database.");
        _embedded = await EmbeddedServer.StartAsync(options.Value.DataDirectory, logger, cancellation);
        _connectionString = _embedded.ConnectionString;
    }

    /// <summary>Finds or starts the server and ensures that it has the tables of this version.</summary>
    /// <exception cref="StartupException">The server is not the embedded one, and <c>migrate</c> has not run.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (_connectionString is null) await OpenAsync(cancellation);
        if (_embedded is not null) await MigrateAsync(cancellation);
        else if (!await IsMigratedAsync(cancellation))
            throw new StartupException("The database lacks tables of this version. Run the command 'migrate' first, with the same connection string.");
    }

    /// <summary>Creates or updates all tables.</summary>
    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = await ContextAsync(cancellation);
        await context.Database.MigrateAsync(cancellation);
        foreach (var schema in services.GetServices<ForeignSchema>())
            await schema.MigrateAsync(services.GetRequiredService<NpgsqlDataSource>(), cancellation);
    }

    /// <summary>Drops everything in the embedded server; does nothing to another one.</summary>
    public async Task ClearAsync(CancellationToken cancellation)
    {
        if (_embedded is null) return;
        string foreign = string.Concat(services.GetServices<ForeignSchema>().Select(schema => $"DROP SCHEMA IF EXISTS {schema.Name} CASCADE; "));
        await using var clear = services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
            $"{foreign}DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        await clear.ExecuteNonQueryAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_embedded is not null) await _embedded.DisposeAsync();
    }

    /// <summary>Returns a connection string of the configuration; null where there is none.</summary>
    private string? ReadSetting(string name)
    {
        if (configuration.GetConnectionString(name) is not { Length: > 0 } text) return null;
        try
        {
            _ = new NpgsqlConnectionStringBuilder(text);
            return text;
        }
        catch (ArgumentException exception)
        {
            throw new StartupException($"ConnectionStrings__{name} is not a valid connection string: {exception.Message}");
        }
    }

    /// <summary>Gives the result of EF Core's own check, without the half second that EF Core takes to initialize.</summary>
    private async Task<bool> IsMigratedAsync(CancellationToken cancellation)
    {
        var known = typeof(InterestDbContext).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>();
        try
        {
            await using var query = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""SELECT "migration_id" FROM "__EFMigrationsHistory" """);
            await using var reader = await query.ExecuteReaderAsync(cancellation);
            var applied = new HashSet<string>();
            while (await reader.ReadAsync(cancellation)) applied.Add(reader.GetString(0));
            return applied.IsSupersetOf(known);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    private Task<InterestDbContext> ContextAsync(CancellationToken cancellation) =>
        services.GetRequiredService<IDbContextFactory<InterestDbContext>>().CreateDbContextAsync(cancellation);
}

/// <summary>A schema of another library in the same database.</summary>
/// <param name="Name">Name of the schema.</param>
/// <param name="MigrateAsync">Creates or updates its tables.</param>
internal sealed record ForeignSchema(string Name, Func<NpgsqlDataSource, CancellationToken, Task> MigrateAsync);

internal static class DatabaseServices
{
    /// <summary>Key of the data source for long-running work, whose statements have no timeout.</summary>
    public const string LongRunning = "long-running";

    public static void AddDatabase(this IServiceCollection services)
    {
        services.AddSingleton<Database>();
        services.AddHostedService<DatabaseWatch>();
        services.AddSingleton<DatabaseMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<DatabaseMonitor>());
        services.AddSingleton<ReplicaMonitor>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaMonitor>());
        services.AddSingleton<ReadReplica>();
        services.AddHealthChecks().AddCheck<DatabaseCheck>("database");
        services.AddSingleton(provider => NpgsqlDataSource.Create(provider.GetRequiredService<Database>().ConnectionString));
        services.AddKeyedSingleton(LongRunning, (provider, _) => NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(provider.GetRequiredService<Database>().ConnectionString) { CommandTimeout = 0, MaxPoolSize = 4 }));
        services.AddDbContextFactory<InterestDbContext>((provider, context) => context
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention());
    }
}
