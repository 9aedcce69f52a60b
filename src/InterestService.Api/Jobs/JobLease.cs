using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>
/// The <see cref="Lease"/> of a running job. Each heartbeat stores progress and reads whether the job was cancelled, without waiting for a
/// transaction that has locked the job's row.
/// </summary>
internal sealed class JobLease : IAsyncDisposable
{
    /// <summary>Finds the running job if the lease is held, which it then is until the end of the transaction.</summary>
    private const string HeldSql = "id = (SELECT id FROM leases WHERE id = $1 AND number = $2 FOR KEY SHARE) AND state = 'running'";

    private readonly NpgsqlDataSource _database;
    private readonly JobKind _kind;
    private readonly Lease _lease;
    private readonly CancellationTokenSource _stop;
    private readonly SemaphoreSlim _storing = new(1);
    private readonly Lock _reporting = new();
    private List<JobProgress> _progress = [new("load", 0)]; // the last of each stage that is not stored, and the last of all
    private volatile bool _cancelRequested;
    private bool _returns;

    private JobLease(NpgsqlDataSource database, TimeProvider time, JobKind kind, Guid id, long number, int interruptions, string? traceParent)
    {
        _database = database;
        _kind = kind;
        Id = id;
        Interruptions = interruptions;
        TraceParent = traceParent;
        _lease = new Lease(database, time, id, number, StoreProgressAsync);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_lease.Lost);
        Stop = _stop.Token;
    }

    public Guid Id { get; }

    /// <summary>How often the job has been taken from a worker that did not end it.</summary>
    public int Interruptions { get; }

    /// <inheritdoc cref="LongJob.TraceParent"/>
    public string? TraceParent { get; }

    /// <summary>Signalled when the job is cancelled or the lease is lost.</summary>
    public CancellationToken Stop { get; }

    public bool CancelRequested => _cancelRequested;

    public bool IsLost => _lease.Lost.IsCancellationRequested;

    /// <inheritdoc cref="Lease.Fault"/>
    public Exception? Fault => _lease.Fault;

    /// <summary>Takes the lease of a job that is queued, or that runs and whose lease has expired.</summary>
    /// <returns>Null when the job is over or deleted, or when another worker holds the lease.</returns>
    public static async Task<JobLease?> TakeAsync(
        NpgsqlDataSource database, TimeProvider time, JobKind kind, Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await BeginAsync(connection, cancellation);
        if (await Lease.AcquireAsync(connection, id, cancellation) is not { } number) return null;
        await using var start = new NpgsqlCommand($"""
            UPDATE {kind.Table} SET state = 'running', stage = 'load', progress = 0, loss = NULL, recall_at10 = NULL, epoch = NULL, started_at = now(),
                interruptions = interruptions + (state = 'running')::int
            WHERE id = $1 AND state IN ('queued', 'running') RETURNING interruptions, trace_parent
            """, connection);
        start.Parameters.AddWithValue(id);
        int interruptions;
        string? traceParent;
        await using (var reader = await start.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation)) return null;
            (interruptions, traceParent) = (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        }

        await transaction.CommitAsync(cancellation);
        return new JobLease(database, time, kind, id, number, interruptions, traceParent);
    }

    /// <summary>
    /// Begins a transaction of a job. If the process stalls within it, the server ends it when the lease expires too, so that its locks do not keep
    /// the next worker waiting.
    /// </summary>
    public static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var limit = new NpgsqlCommand($"SET LOCAL idle_in_transaction_session_timeout = {(int)Lease.Duration.TotalMilliseconds}", connection);
        await limit.ExecuteNonQueryAsync(cancellation);
        return transaction;
    }

    /// <summary>Sets the progress that the next heartbeat stores, with the last of each earlier stage, however short that was.</summary>
    public void Report(JobProgress progress)
    {
        lock (_reporting)
        {
            if (_progress[^1].Stage == progress.Stage) _progress[^1] = progress;
            else _progress.Add(progress);
        }
    }

    /// <summary>Stores the reported progress, unless a transaction has locked the row, and stops the work if it was cancelled.</summary>
    public async Task StoreProgressAsync(CancellationToken cancellation)
    {
        await _storing.WaitAsync(cancellation);
        try
        {
            List<JobProgress> reported;
            lock (_reporting) (reported, _progress) = (_progress, [_progress[^1]]);
            foreach (var progress in reported) await StoreAsync(progress, cancellation);
        }
        finally
        {
            _storing.Release();
        }
    }

    public Task FailAsync(JobFailure failure, CancellationToken cancellation) => FinishAsync("failed", failure, cancellation);

    public Task CancelAsync(CancellationToken cancellation) => FinishAsync("canceled", null, cancellation);

    /// <summary>Makes the disposal return the job to the queued ones, as if it had not started.</summary>
    public void ReturnOnDispose() => _returns = true;

    /// <summary>Locks the row of the job for the transaction, and ensures that nobody else takes the job before the transaction ends.</summary>
    /// <exception cref="LeaseLostException">Another worker has taken the job over.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public async Task EnsureHeldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await _lease.EnsureHeldAsync(connection, cancellation);
        await using var check = new NpgsqlCommand($"SELECT cancel_requested FROM {_kind.Table} WHERE id = $1 AND state = 'running' FOR UPDATE", connection);
        check.Parameters.AddWithValue(Id);
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
        try
        {
            if (_returns) await ReturnAsync();
        }
        catch (Exception away) when (away.IsDatabaseAway())
        {
            // The job keeps its state; the sweeper queues it when the lease has expired.
        }

        await _lease.DisposeAsync();
        _stop.Dispose();
        _storing.Dispose();
    }

    private async Task ReturnAsync()
    {
        await using var back = _database.CreateCommand(
            $"UPDATE {_kind.Table} SET state = 'queued', stage = NULL, progress = 0, loss = NULL, recall_at10 = NULL, epoch = NULL, started_at = NULL WHERE {HeldSql}");
        back.Parameters.AddWithValue(Id);
        back.Parameters.AddWithValue(_lease.Number);
        await back.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task FinishAsync(string state, JobFailure? failure, CancellationToken cancellation)
    {
        await StoreProgressAsync(cancellation);
        await using var finish = _database.CreateCommand(
            $"UPDATE {_kind.Table} SET state = $3, failure = $4::jsonb, finished_at = now() WHERE {HeldSql}");
        finish.Parameters.AddWithValue(Id);
        finish.Parameters.AddWithValue(_lease.Number);
        finish.Parameters.AddWithValue(state);
        finish.Parameters.AddWithValue(failure is null ? DBNull.Value : JsonSerializer.Serialize(failure, InterestDbContext.JsonOptions));
        await finish.ExecuteNonQueryAsync(cancellation);
    }

    private async Task StoreAsync(JobProgress progress, CancellationToken cancellation)
    {
        await using var store = _database.CreateCommand($"""
            WITH stored AS (
                UPDATE {_kind.Table} SET stage = $3, progress = $4, loss = $5, recall_at10 = $6, epoch = $7
                WHERE id = (SELECT id FROM {_kind.Table} WHERE id = $1 AND state = 'running' FOR NO KEY UPDATE SKIP LOCKED)
                    AND EXISTS (SELECT FROM leases WHERE id = $1 AND number = $2)
            )
            SELECT cancel_requested FROM {_kind.Table} WHERE id = $1 AND state = 'running'
            """);
        store.Parameters.AddWithValue(Id);
        store.Parameters.AddWithValue(_lease.Number);
        store.Parameters.AddWithValue(progress.Stage);
        store.Parameters.AddWithValue(progress.Overall);
        store.Parameters.AddWithValue((object?)progress.Epoch?.Loss ?? DBNull.Value);
        store.Parameters.AddWithValue((object?)progress.Epoch?.RecallAt10 ?? DBNull.Value);
        store.Parameters.AddWithValue((object?)progress.Epoch?.Epoch ?? DBNull.Value);
        _cancelRequested = await store.ExecuteScalarAsync(cancellation) is true;
        if (_cancelRequested) await _stop.CancelAsync();
    }
}
