using System.Text.Json;
using InterestService.Api.Hosting;
using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>
/// A worker's right to write a clustering. While it is held, a heartbeat prolongs it, stores progress and learns of
/// cancellation, in one statement. Every write names the lease's number: a worker that lost its lease (it slept, or the
/// network did) cannot write any more. The number is a fencing token (Kleppmann, "Designing Data-Intensive Applications", 8).
/// </summary>
internal sealed class ClusteringLease : IAsyncDisposable
{
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _heartbeat = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _database;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _beating;
    private volatile StrongProgress _progress = new(default);
    private volatile bool _cancelRequested;

    private ClusteringLease(NpgsqlDataSource database, Guid id, long number)
    {
        _database = database;
        Id = id;
        Number = number;
        _beating = BeatAsync();
    }

    public Guid Id { get; }

    public long Number { get; }

    /// <summary>Signalled when the clustering was cancelled or the lease is lost.</summary>
    public CancellationToken Stop => _stop.Token;

    public bool CancelRequested => _cancelRequested;

    /// <summary>Takes the lease of a clustering that is queued, or that runs and whose worker has not been heard of.</summary>
    /// <returns>Null when the clustering is over, gone, or another worker's.</returns>
    public static async Task<ClusteringLease?> TakeAsync(NpgsqlDataSource database, Guid id, CancellationToken cancellation)
    {
        await using var take = database.CreateCommand("""
            UPDATE clusterings SET state = 'running', stage = 'load', progress = 0, started_at = now(), lease_number = lease_number + 1, lease_expires_at = now() + $2
            WHERE id = $1 AND state IN ('queued', 'running') AND (lease_expires_at IS NULL OR lease_expires_at < now())
            RETURNING lease_number
            """);
        take.Parameters.AddWithValue(id);
        take.Parameters.AddWithValue(Duration);
        return await take.ExecuteScalarAsync(cancellation) is long number ? new ClusteringLease(database, id, number) : null;
    }

    /// <summary>Notes progress; the next heartbeat stores it.</summary>
    public void Report(PipelineProgress progress) => _progress = new StrongProgress(progress);

    public Task FailAsync(ClusteringFailure failure, CancellationToken cancellation) => FinishAsync("failed", failure, cancellation);

    public Task CancelAsync(CancellationToken cancellation) => FinishAsync("canceled", null, cancellation);

    /// <summary>Locks the clustering's row for the transaction.</summary>
    /// <exception cref="LeaseLostException">Another worker holds the lease.</exception>
    public async Task EnsureHeldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var check = new NpgsqlCommand("SELECT cancel_requested FROM clusterings WHERE id = $1 AND lease_number = $2 AND state = 'running' FOR UPDATE", connection);
        check.Parameters.AddWithValue(Id);
        check.Parameters.AddWithValue(Number);
        switch (await check.ExecuteScalarAsync(cancellation))
        {
            case null: throw new LeaseLostException(Id);
            case true:
                _cancelRequested = true;
                throw new OperationCanceledException("The clustering was cancelled before it was saved.");
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
            await using var release = _database.CreateCommand("UPDATE clusterings SET lease_expires_at = NULL WHERE id = $1 AND lease_number = $2");
            release.Parameters.AddWithValue(Id);
            release.Parameters.AddWithValue(Number);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException away) when (away.IsDatabaseAway())
        {
            // It runs out by itself.
        }
    }

    private async Task FinishAsync(string state, ClusteringFailure? failure, CancellationToken cancellation)
    {
        await StoreProgressAsync(cancellation);
        await using var finish = _database.CreateCommand("""
            UPDATE clusterings SET state = $3, failure = $4::jsonb, finished_at = now() WHERE id = $1 AND lease_number = $2 AND state = 'running'
            """);
        finish.Parameters.AddWithValue(Id);
        finish.Parameters.AddWithValue(Number);
        finish.Parameters.AddWithValue(state);
        finish.Parameters.AddWithValue(failure is null ? DBNull.Value : JsonSerializer.Serialize(failure, Storage.InterestDbContext.JsonOptions));
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
                // The database may come back before the lease runs out; until then the work goes on.
            }
            catch (NpgsqlException)
            {
                await _stop.CancelAsync();
                return;
            }
        }
    }

    /// <returns>False when the work is to stop.</returns>
    private async Task<bool> StoreProgressAsync(CancellationToken cancellation)
    {
        PipelineProgress progress = _progress.Value;
        await using var store = _database.CreateCommand("""
            UPDATE clusterings SET lease_expires_at = now() + $3, stage = $4, progress = $5, loss = $6
            WHERE id = $1 AND lease_number = $2 AND state = 'running'
            RETURNING cancel_requested
            """);
        store.Parameters.AddWithValue(Id);
        store.Parameters.AddWithValue(Number);
        store.Parameters.AddWithValue(Duration);
        store.Parameters.AddWithValue(JsonNamingPolicy.CamelCase.ConvertName(progress.Stage.ToString()));
        store.Parameters.AddWithValue(progress.Overall);
        store.Parameters.AddWithValue((object?)progress.Loss ?? DBNull.Value);
        object? answer = await store.ExecuteScalarAsync(cancellation);
        _cancelRequested = answer is true;
        return answer is false;
    }

    /// <summary>A struct of several words is not swapped at once; a reference to one is.</summary>
    private sealed record StrongProgress(PipelineProgress Value);
}

/// <summary>Another worker has taken a clustering over; what this one still wanted to write is void.</summary>
internal sealed class LeaseLostException(Guid id) : Exception($"Another worker has taken clustering {id} over.");
