using Microsoft.Extensions.Logging;
using Npgsql;

namespace InterestService.EmbeddedPostgres;

/// <summary>
/// A real PostgreSQL server that the host starts from the machine's binaries, in its data folder and on a free loopback port, if it has no
/// connection string. The server stops with the host; its data persists.
/// </summary>
public sealed partial class EmbeddedServer : IAsyncDisposable
{
    private const int MaxPortAttempts = 5;

    private readonly IDisposable _lock;
    private readonly ServerProcess _process;
    private readonly int _port;
    private readonly ILogger _logger;
    private bool _stopped;

    private EmbeddedServer(IDisposable directoryLock, ServerProcess process, int port, string connectionString, ILogger logger)
    {
        _lock = directoryLock;
        _process = process;
        _port = port;
        _logger = logger;
        ConnectionString = connectionString;
    }

    /// <summary>Connection string of a superuser for the database <c>interestservice</c>, which exists.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether the server process runs; false once it has ended for any reason.</summary>
    public bool IsAlive => _process.IsAlive;

    /// <summary>Starts a server, and first initialises the data folder if it is new.</summary>
    /// <param name="dataDirectory">
    /// The data folder, created if it is missing. Its subfolder <c>postgres</c> contains the data; <c>postgres.log</c> is beside it.
    /// </param>
    /// <param name="logger">Receives the start and the stop of the server.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="EmbeddedServerException">PostgreSQL cannot run here; the message gives the reason and a remedy.</exception>
    public static Task<EmbeddedServer> StartAsync(string dataDirectory, ILogger logger, CancellationToken cancellationToken) =>
        StartAsync(dataDirectory, new InstallationSearch(), logger, cancellationToken);

    /// <inheritdoc cref="StartAsync(string, ILogger, CancellationToken)"/>
    internal static async Task<EmbeddedServer> StartAsync(
        string dataDirectory, InstallationSearch search, ILogger logger, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new EmbeddedServerException("The embedded PostgreSQL needs Linux or macOS: set ConnectionStrings__Postgres.");

        var folder = Directory.CreateDirectory(dataDirectory).FullName;
        var directoryLock = await DataDirectoryLock.AcquireAsync(folder, cancellationToken);
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
                LogOrphan(logger, cluster.Folder);
            await process.StopAsync(cancellationToken);
            try
            {
                var port = await StartOnFreePortAsync(process, cancellationToken);
                LogStarted(logger, installation.MajorVersion, port, cluster.Folder);
                var connectionString = ConnectionStringFor(port, await cluster.ReadPasswordAsync(cancellationToken));
                await EnsureDatabaseAsync(connectionString, cancellationToken);
                return new EmbeddedServer(directoryLock, process, port, connectionString, logger);
            }
            catch
            {
                await process.StopAsync(CancellationToken.None);
                throw;
            }
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server again, on the same port, after it has ended unexpectedly; first ends what is left of its processes.</summary>
    /// <exception cref="EmbeddedServerException">The server did not start; another attempt may succeed.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _process.StopAsync(cancellationToken);
        if (!await _process.StartAsync(_port, cancellationToken))
            throw new EmbeddedServerException($"Another program has taken port {_port} of 127.0.0.1 from PostgreSQL.");
    }

    /// <summary>Stops the server: closes open connections and writes committed data. Further calls do nothing.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
            return;
        await _process.StopAsync(cancellationToken);
        _lock.Dispose();
        _stopped = true;
        LogStopped(_logger);
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static async Task<int> StartOnFreePortAsync(ServerProcess process, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxPortAttempts; attempt++)
        {
            var port = FreePort.Next();
            if (await process.StartAsync(port, cancellationToken))
                return port;
        }
        throw new EmbeddedServerException($"PostgreSQL lost {MaxPortAttempts} free ports on 127.0.0.1 to other programs: try again.");
    }

    private static string ConnectionStringFor(int port, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = PostgresCluster.ServiceName,
        Password = password,
        Database = PostgresCluster.ServiceName,
        // The server supports neither, and asking for them costs a round trip per connection.
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
    private static partial void LogOrphan(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Information, "PostgreSQL stopped")]
    private static partial void LogStopped(ILogger logger);
}

/// <summary>The exception that is thrown if the embedded PostgreSQL cannot run. The message includes a remedy.</summary>
/// <param name="message">The reason and a remedy, for the user of the host.</param>
public sealed class EmbeddedServerException(string message) : Exception(message);
