using System.Diagnostics;
using System.Diagnostics.Metrics;
using Npgsql;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Opens connections for reads that go through many rows, to take their load from the primary server: to the read replica, if there is one and
/// it has replayed all that the primary had committed when the read began, otherwise to the primary. A read therefore sees the same from
/// either: what its caller has written, and nobody who has been erased or has opted out. Thread-safe.
/// </summary>
internal sealed partial class ReadReplica : IDisposable
{
    /// <summary>How long a read waits for the replica to catch up. A replica that did not in this time is not waited for again until it has.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>After this time the replica does not answer at all.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);
    private static readonly KeyValuePair<string, object?> _fromReplica = new("server", "replica"), _fromPrimary = new("server", "primary");

    private readonly NpgsqlDataSource _primary;
    private readonly NpgsqlDataSource? _replica;
    private readonly ReplicaMonitor _monitor;
    private readonly ILogger _logger;
    private readonly Counter<long> _reads;
    private volatile ReplicaState _state;

    public ReadReplica(Database database, NpgsqlDataSource primary, ReplicaMonitor monitor, IMeterFactory meters, ILogger<ReadReplica> logger)
    {
        (_primary, _monitor, _logger) = (primary, monitor, logger);
        _replica = database.ReplicaConnectionString is { } replica ? NpgsqlDataSource.Create(replica) : null;
        _reads = meters.Service().CreateCounter<long>("interestservice.database.reads", "{read}", "Reads that a replica may answer, by the server that did.");
    }

    /// <summary>Returns whether a request has a connection to the replica.</summary>
    public static bool IsReadBy(HttpContext http) => http.Features.Get<Mark>() is not null;

    /// <summary>Opens a connection for the reads of a request. It cannot write.</summary>
    /// <exception cref="NpgsqlException">The primary server does not answer: without it, it is not known what the replica lacks.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(HttpContext http)
    {
        if (_replica is null) return await _primary.OpenConnectionAsync(http.RequestAborted);
        if (!_monitor.IsAway && await TryOpenReplicaAsync(_replica, http) is { } connection)
        {
            _reads.Add(1, _fromReplica);
            return connection;
        }

        _reads.Add(1, _fromPrimary);
        return await _primary.OpenConnectionAsync(http.RequestAborted);
    }

    public void Dispose() => _replica?.Dispose();

    private async Task<NpgsqlConnection?> TryOpenReplicaAsync(NpgsqlDataSource replica, HttpContext http)
    {
        var needed = await ReadPositionAsync(http.RequestAborted);
        var opening = OpenAtAsync(replica, needed, _state == ReplicaState.Lags ? TimeSpan.Zero : _patience);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await opening.WaitAsync(_limit, http.RequestAborted);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            Abandon(opening); // a frozen server, or a caller who has gone
        }
        catch (NpgsqlException exception)
        {
            LogNotReached(exception);
        }

        if (connection is null) return null;
        // Marked first: a request that has not the mark when the replica stops answering sees here that it has.
        http.Features.Set(_mark);
        if (!_monitor.IsAway) return connection;
        http.Features.Set<Mark>(null);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Reads up to where the write-ahead log holds every transaction that is committed by now.</summary>
    private async Task<Position> ReadPositionAsync(CancellationToken cancellation)
    {
        await using var query = _primary.CreateCommand("SELECT system_identifier, pg_current_wal_flush_lsn()::text FROM pg_control_system()");
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Position(reader.GetInt64(0), reader.GetString(1));
    }

    /// <returns>Null when the server has not come that far within the patience, or is no replica of the primary.</returns>
    private async Task<NpgsqlConnection?> OpenAtAsync(NpgsqlDataSource replica, Position needed, TimeSpan patience)
    {
        long started = Stopwatch.GetTimestamp();
        var connection = await replica.OpenConnectionAsync(CancellationToken.None);
        try
        {
            // The same connection that reads: the address may be that of several replicas.
            await using var query = new NpgsqlCommand(
                "SELECT system_identifier = $1 AND pg_is_in_recovery(), pg_last_wal_replay_lsn() >= $2::text::pg_lsn FROM pg_control_system()", connection);
            query.Parameters.AddWithValue(needed.System);
            query.Parameters.AddWithValue(needed.Lsn);
            while (true)
            {
                var (isReplica, isThere) = await AskAsync(query);
                if (isReplica && !isThere && Stopwatch.GetElapsedTime(started) < patience)
                {
                    await Task.Delay(_pause);
                    continue;
                }

                Note(!isReplica ? ReplicaState.Foreign : isThere ? ReplicaState.Current : ReplicaState.Lags);
                if (isReplica && isThere) return connection;
                await connection.DisposeAsync();
                return null;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<(bool IsReplica, bool IsThere)> AskAsync(NpgsqlCommand query)
    {
        await using var reader = await query.ExecuteReaderAsync(CancellationToken.None);
        await reader.ReadAsync(CancellationToken.None);
        return (reader.GetBoolean(0), !reader.IsDBNull(1) && reader.GetBoolean(1));
    }

    /// <summary>Closes the connection once it is open, which may never happen.</summary>
    private static void Abandon(Task<NpgsqlConnection?> opening) => _ = opening.ContinueWith(
        ended =>
        {
            if (ended.IsCompletedSuccessfully) ended.Result?.Dispose();
            else _ = ended.Exception; // observed
        },
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Note(ReplicaState state)
    {
        if (state == _state) return;
        _state = state;
        if (state == ReplicaState.Lags) LogLags(_patience.TotalSeconds);
        else if (state == ReplicaState.Foreign) LogForeign();
        else LogCurrent();
    }

    [LoggerMessage(LogLevel.Warning, "The read replica lags by more than {Seconds} s; the primary server answers in its place until it has caught up")]
    private partial void LogLags(double seconds);

    [LoggerMessage(LogLevel.Information, "Reads are answered by the read replica again")]
    private partial void LogCurrent();

    [LoggerMessage(LogLevel.Warning, "The read replica cannot be read; the primary server answers in its place")]
    private partial void LogNotReached(Exception exception);

    [LoggerMessage(LogLevel.Error, "ConnectionStrings__PostgresRead leads to a server that is no replica of that of ConnectionStrings__Postgres, and is not read from")]
    private partial void LogForeign();

    private static readonly Mark _mark = new();

    private sealed class Mark;

    private enum ReplicaState
    {
        Current,
        Lags,

        /// <summary>It is no replica of the primary.</summary>
        Foreign,
    }

    /// <param name="System">Identifies the server and its replicas.</param>
    /// <param name="Lsn">Position in its write-ahead log.</param>
    private readonly record struct Position(long System, string Lsn);
}
