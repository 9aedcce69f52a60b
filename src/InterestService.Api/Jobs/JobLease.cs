using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>
/// A worker's right to write the row of a job. While the worker holds it, a heartbeat extends it, stores progress and reads whether the job
/// was cancelled, in one statement. Every write names the number of the lease, so that a worker that lost its lease, because it or the
/// network stalled, cannot write any more. The number is a fencing token (Kleppmann, "Designing Data-Intensive Applications", 8).
/// </summary>
internal sealed class JobLease : IAsyncDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _database;
    private readonly JobKind _kind;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _beating;
    private volatile JobProgress _progress = new("load", 0);
    private volatile bool _cancelRequested;

    private JobLease(NpgsqlDataSource database, JobKind kind, Guid id, long number)
    {
        _database = database;
        _kind = kind;
        Id = id;
        Number = number;
        _beating = BeatAsync();
    }

    public Guid Id { get; }

    public long Number { get; }

    /// <summary>Signalled when the job is cancelled or the lease is lost.</summary>
    public CancellationToken Stop => _stop.Token;

    public bool CancelRequested => _cancelRequested;

    /// <summary>Takes the lease of a job that is queued, or that runs and whose lease has expired.</summary>
    /// <returns>Null when the job is over or deleted, or when another worker holds the lease.</returns>
    public static async Task<JobLease?> TakeAsync(NpgsqlDataSource database, JobKind kind, Guid id, CancellationToken cancellation)
    {
        await using var take = database.CreateCommand($"""
            UPDATE {kind.Table} SET state = 'running', stage = 'load', progress = 0, started_at = now(), lease_number = lease_number + 1, lease_expires_at = now() + $2
            WHERE id = $1 AND state IN ('queued', 'running') AND (lease_expires_at IS NULL OR lease_expires_at < now())
            RETURNING lease_number
            """);
        take.Parameters.AddWithValue(id);
        take.Parameters.AddWithValue(Duration);
        return await take.ExecuteScalarAsync(cancellation) is long number ? new JobLease(database, kind, id, number) : null;
    }

    /// <summary>Sets the progress that the next heartbeat stores.</summary>
    public void Report(JobProgress progress) => _progress = progress;

    public Task FailAsync(JobFailure failure, CancellationToken cancellation) => FinishAsync("failed", failure, cancellation);

    public Task CancelAsync(CancellationToken cancellation) => FinishAsync("canceled", null, cancellation);

    /// <summary>Locks the row of the job for the transaction.</summary>
    /// <exception cref="LeaseLostException">Another worker holds the lease.</exception>
    public async Task EnsureHeldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var check = new NpgsqlCommand($"SELECT cancel_requested FROM {_kind.Table} WHERE id = $1 AND lease_number = $2 AND state = 'running' FOR UPDATE", connection);
        check.Parameters.AddWithValue(Id);
        check.Parameters.AddWithValue(Number);
        switch (await check.ExecuteScalarAsync(cancellation))
        {
            case null: throw new LeaseLostException(Id);
            case true:
                _cancelRequested = true;
                throw new OperationCanceledException("The job was cancelled before it was saved.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        await _beating;
        _stop.Dispose();
        _disposed.Dispose();
        try
        {
            await using var release = _database.CreateCommand($"UPDATE {_kind.Table} SET lease_expires_at = NULL WHERE id = $1 AND lease_number = $2");
            release.Parameters.AddWithValue(Id);
            release.Parameters.AddWithValue(Number);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException away) when (away.IsDatabaseAway())
        {
            // The lease expires without the statement.
        }
    }

    private async Task FinishAsync(string state, JobFailure? failure, CancellationToken cancellation)
    {
        await StoreProgressAsync(cancellation);
        await using var finish = _database.CreateCommand($"""
            UPDATE {_kind.Table} SET state = $3, failure = $4::jsonb, finished_at = now() WHERE id = $1 AND lease_number = $2 AND state = 'running'
            """);
        finish.Parameters.AddWithValue(Id);
        finish.Parameters.AddWithValue(Number);
        finish.Parameters.AddWithValue(state);
        finish.Parameters.AddWithValue(failure is null ? DBNull.Value : JsonSerializer.Serialize(failure, InterestDbContext.JsonOptions));
        await finish.ExecuteNonQueryAsync(cancellation);
    }

    private async Task BeatAsync()
    {
        var lastBeat = DateTime.UtcNow;
        using var timer = new PeriodicTimer(_heartbeat);
        while (!_disposed.IsCancellationRequested)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_disposed.Token)) return;
                if (!await StoreProgressAsync(_disposed.Token)) await _stop.CancelAsync();
                lastBeat = DateTime.UtcNow;
            }
            catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException away) when (away.IsDatabaseAway() && DateTime.UtcNow - lastBeat < Duration)
            {
                // The work continues until the lease expires; the database may come back before.
            }
            catch (NpgsqlException)
            {
                await _stop.CancelAsync();
                return;
            }
        }
    }

    /// <returns>False when the work must stop.</returns>
    private async Task<bool> StoreProgressAsync(CancellationToken cancellation)
    {
        var progress = _progress;
        await using var store = _database.CreateCommand($"""
            UPDATE {_kind.Table} SET lease_expires_at = now() + $3, stage = $4, progress = $5, loss = $6
            WHERE id = $1 AND lease_number = $2 AND state = 'running'
            RETURNING cancel_requested
            """);
        store.Parameters.AddWithValue(Id);
        store.Parameters.AddWithValue(Number);
        store.Parameters.AddWithValue(Duration);
        store.Parameters.AddWithValue(progress.Stage);
        store.Parameters.AddWithValue(progress.Overall);
        store.Parameters.AddWithValue((object?)progress.Loss ?? DBNull.Value);
        object? answer = await store.ExecuteScalarAsync(cancellation);
        _cancelRequested = answer is true;
        return answer is false;
    }
}

/// <summary>The exception that is thrown when another worker has taken a job over and this one must not write any more.</summary>
internal sealed class LeaseLostException(Guid id) : Exception($"Another worker has taken job {id} over.");
