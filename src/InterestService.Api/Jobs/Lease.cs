using InterestService.Api.Storage;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>
/// The right of one process at a time to do a piece of work. A heartbeat extends it; it expires by the database's clock, the only one that
/// all processes share. Each time it is taken it gets a new number, a fencing token (Kleppmann, "Designing Data-Intensive Applications", 8):
/// a transaction that has called <see cref="EnsureHeldAsync"/> commits before anyone else can take the lease, or not at all.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(500);

    /// <summary>A heartbeat that gets no answer is repeated several times before the lease expires.</summary>
    private const int TimeoutSeconds = 5;

    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly Guid _id;
    private readonly Func<CancellationToken, Task> _beat;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _beating;

    /// <param name="database">The database.</param>
    /// <param name="time">The clock of the heartbeat.</param>
    /// <param name="id">Id of the work.</param>
    /// <param name="number">Result of <see cref="AcquireAsync"/>, which has been committed.</param>
    /// <param name="beat">Called after each extension.</param>
    public Lease(NpgsqlDataSource database, TimeProvider time, Guid id, long number, Func<CancellationToken, Task> beat)
    {
        _database = database;
        _time = time;
        _id = id;
        Number = number;
        _beat = beat;
        Lost = _lost.Token;
        _beating = BeatAsync();
    }

    public long Number { get; }

    /// <summary>Signalled when another process has taken the lease, or the database has been unreachable for as long as a lease lasts.</summary>
    public CancellationToken Lost { get; }

    /// <summary>The error of the heartbeat by which the lease was lost, if there was one.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Acquires the lease for a piece of work unless another process holds it; never waits for that process.</summary>
    /// <returns>The number of the lease; null when it is held.</returns>
    public static async Task<long?> AcquireAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        // A holder that is saving has locked the row, and then the lease is held even if its heartbeat is late.
        await using var acquire = new NpgsqlCommand($"""
            WITH added AS (
                INSERT INTO leases (id, number, expires_at) VALUES ($1, nextval('{InterestDbContext.LeaseNumberSequence}'), now() + $2)
                ON CONFLICT (id) DO NOTHING RETURNING number
            ), taken AS (
                UPDATE leases SET number = nextval('{InterestDbContext.LeaseNumberSequence}'), expires_at = now() + $2
                WHERE id = (SELECT id FROM leases WHERE id = $1 AND expires_at < now() FOR UPDATE SKIP LOCKED) RETURNING number
            )
            SELECT number FROM added UNION ALL SELECT number FROM taken
            """, connection);
        acquire.Parameters.AddWithValue(id);
        acquire.Parameters.AddWithValue(Duration);
        return (long?)await acquire.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Takes the lease for a piece of work unless another process holds it.</summary>
    /// <returns>Null when it is held.</returns>
    public static async Task<Lease?> TakeAsync(NpgsqlDataSource database, TimeProvider time, Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await AcquireAsync(connection, id, cancellation) is { } number ? new Lease(database, time, id, number, _ => Task.CompletedTask) : null;
    }

    /// <summary>
    /// Removes the leases that processes have left which died after their work was saved. A process whose lease expired that long ago may be
    /// alive, but has found out that it lost it.
    /// </summary>
    public static async Task RemoveLeftAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        // Waits for nobody: a holder that is saving has locked its row.
        await using var remove = database.CreateCommand("DELETE FROM leases WHERE id IN (SELECT id FROM leases WHERE expires_at < now() - $1 FOR UPDATE SKIP LOCKED)");
        remove.Parameters.AddWithValue(Duration);
        await remove.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Ensures that nobody else takes the lease before the transaction ends. Heartbeats go on meanwhile.</summary>
    /// <exception cref="LeaseLostException">Another process has taken it.</exception>
    public async Task EnsureHeldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // The number is part of a unique index: changing it conflicts with this lock, and extending the lease does not.
        await using var check = new NpgsqlCommand("SELECT number FROM leases WHERE id = $1 AND number = $2 FOR KEY SHARE", connection);
        check.Parameters.AddWithValue(_id);
        check.Parameters.AddWithValue(Number);
        if (await check.ExecuteScalarAsync(cancellation) is null) throw new LeaseLostException(_id);
    }

    /// <summary>Ends the heartbeat and releases the lease.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _beating;
        _lost.Dispose();
        _disposed.Dispose();
        try
        {
            await using var release = _database.CreateCommand("DELETE FROM leases WHERE id = $1 AND number = $2");
            release.Parameters.AddWithValue(_id);
            release.Parameters.AddWithValue(Number);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception away) when (away.IsDatabaseAway())
        {
            // The lease expires without the statement.
        }
    }

    private async Task BeatAsync()
    {
        long last = _time.GetTimestamp();
        using var timer = new PeriodicTimer(Heartbeat, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_disposed.Token))
            {
                try
                {
                    if (!await ExtendAsync(_disposed.Token)) break;
                    last = _time.GetTimestamp();
                    await _beat(_disposed.Token);
                }
                catch (Exception away) when (away.IsDatabaseAway() && _time.GetElapsedTime(last) < Duration)
                {
                    // The work continues until the lease expires; the database may come back before.
                }
            }
        }
        catch (Exception exception)
        {
            if (_disposed.IsCancellationRequested) return;
            Fault = exception;
        }

        await _lost.CancelAsync();
    }

    /// <returns>False when another process has taken the lease.</returns>
    private async Task<bool> ExtendAsync(CancellationToken cancellation)
    {
        await using var extend = _database.CreateCommand("UPDATE leases SET expires_at = now() + $3 WHERE id = $1 AND number = $2");
        extend.CommandTimeout = TimeoutSeconds;
        extend.Parameters.AddWithValue(_id);
        extend.Parameters.AddWithValue(Number);
        extend.Parameters.AddWithValue(Duration);
        return await extend.ExecuteNonQueryAsync(cancellation) == 1;
    }
}

/// <summary>The exception that is thrown when another process has taken a piece of work over and this one must not write any more.</summary>
internal sealed class LeaseLostException(Guid id) : Exception($"Another process has taken {id} over.");
