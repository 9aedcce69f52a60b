using Microsoft.Extensions.Logging;
using Npgsql;

namespace InterestService.EmbeddedPostgres;

/// <summary>
/// A real PostgreSQL that the host starts from the machine's programs, in its data folder and on a free loopback port,
/// when it was given no connection string. It stops with the host; what it holds survives.
/// </summary>
public sealed partial class EmbeddedServer : IAsyncDisposable
{
    private const int PortAttempts = 5;

    private readonly IDisposable _hold;
    private readonly ServerProcess _process;
    private readonly ILogger _logger;
    private bool _stopped;

    private EmbeddedServer(IDisposable hold, ServerProcess process, string connectionString, ILogger logger)
    {
        _hold = hold;
        _process = process;
        _logger = logger;
        ConnectionString = connectionString;
    }

    /// <summary>Leads a superuser to the database <c>interestservice</c>, which exists.</summary>
    public string ConnectionString { get; }

    /// <summary>False once the server has ended, by itself or by somebody else's hand.</summary>
    public bool IsAlive => _process.IsAlive;

    /// <param name="dataDirectory">Made if missing; its <c>postgres</c> holds the data, beside <c>postgres.log</c>.</param>
    /// <exception cref="EmbeddedServerException">PostgreSQL cannot run here; the message says why and what to do.</exception>
    public static Task<EmbeddedServer> StartAsync(string dataDirectory, ILogger logger, CancellationToken cancellationToken) =>
        StartAsync(dataDirectory, new InstallationSearch(), logger, cancellationToken);

    /// <inheritdoc cref="StartAsync(string, ILogger, CancellationToken)"/>
    internal static async Task<EmbeddedServer> StartAsync(
        string dataDirectory, InstallationSearch search, ILogger logger, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new EmbeddedServerException("The embedded PostgreSQL needs Linux or macOS: set ConnectionStrings__Postgres.");

        var folder = Directory.CreateDirectory(dataDirectory).FullName;
        var hold = await DataDirectoryLock.AcquireAsync(folder, cancellationToken);
        try
        {
            var user = await ServerUser.ForHostAsync(cancellationToken);
            await user.EnsureEntersAsync(folder, cancellationToken);
            var cluster = new PostgresCluster(folder, user);
            if (cluster.Exists)
                await user.EnsureOwnsAsync(cluster.Folder, cancellationToken);
            var installation = await search.FindAsync(cluster.MajorVersion, cancellationToken);
            if (!cluster.Exists)
                await cluster.InitialiseAsync(installation, cancellationToken);
            await cluster.EnsureLogAsync(cancellationToken);

            var process = new ServerProcess(cluster, user, installation);
            if ((await process.ListAsync(cancellationToken)).Length > 0)
                LogLeftBehind(logger, cluster.Folder);
            await process.StopAsync(cancellationToken);
            try
            {
                var port = await StartOnFreePortAsync(process, cancellationToken);
                LogStarted(logger, installation.MajorVersion, port, cluster.Folder);
                var connectionString = ConnectionStringFor(port, await cluster.ReadPasswordAsync(cancellationToken));
                await EnsureDatabaseAsync(connectionString, cancellationToken);
                return new EmbeddedServer(hold, process, connectionString, logger);
            }
            catch
            {
                await process.StopAsync(CancellationToken.None);
                throw;
            }
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Stops the server: open connections are closed, committed data is written. Does nothing the second time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        await _process.StopAsync(cancellationToken);
        _hold.Dispose();
        _stopped = true;
        LogStopped(_logger);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static async Task<int> StartOnFreePortAsync(ServerProcess process, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < PortAttempts; attempt++)
        {
            var port = FreePort.Next();
            if (await process.StartAsync(port, cancellationToken))
                return port;
        }
        throw new EmbeddedServerException($"PostgreSQL lost {PortAttempts} free ports on 127.0.0.1 to other programs: try again.");
    }

    private static string ConnectionStringFor(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = PostgresCluster.ServiceName,
        Password = password,
        Database = PostgresCluster.ServiceName,
        // On the loopback of one machine; the server has neither, and asking costs a round trip a connection.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    private static async Task EnsureDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        var maintenance = new NpgsqlConnectionStringBuilder(connectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(maintenance.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var find = new NpgsqlCommand($"SELECT FROM pg_database WHERE datname = '{PostgresCluster.ServiceName}'", connection);
        await using (var row = await find.ExecuteReaderAsync(cancellationToken))
            if (await row.ReadAsync(cancellationToken))
                return;
        await using var create = new NpgsqlCommand($"CREATE DATABASE {PostgresCluster.ServiceName}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "PostgreSQL {Version} listens on 127.0.0.1:{Port} with its data in {Folder}")]
    private static partial void LogStarted(ILogger logger, string version, int port, string folder);

    [LoggerMessage(LogLevel.Warning, "Stopping the PostgreSQL that an earlier host left running in {Folder}")]
    private static partial void LogLeftBehind(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Information, "PostgreSQL stopped")]
    private static partial void LogStopped(ILogger logger);
}

/// <summary>Why the embedded PostgreSQL cannot run, in a sentence that says what to do about it.</summary>
public sealed class EmbeddedServerException(string message) : Exception(message);
