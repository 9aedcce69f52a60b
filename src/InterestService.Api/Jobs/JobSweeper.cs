using Hangfire;
using InterestService.Api.Hosting;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>
/// Queues jobs again whose worker died, or that were never queued because the process died between the two writes. Queueing a job twice
/// is harmless: the second run finds the lease taken or the job over.
/// </summary>
internal sealed partial class JobSweeper(
    NpgsqlDataSource database,
    JobKinds kinds,
    IBackgroundJobClient queue,
    TimeProvider time,
    ILogger<JobSweeper> logger) : PeriodicService(_interval, time, logger)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    /// <summary>Searches once.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using (var forget = database.CreateCommand("DELETE FROM idempotency_keys WHERE created_at < now() - $1"))
        {
            forget.Parameters.AddWithValue(IdempotencyKey.Kept);
            await forget.ExecuteNonQueryAsync(cancellation);
        }

        await Lease.RemoveLeftAsync(database, cancellation);
        bool busy = false;
        foreach (var kind in kinds.All) busy |= await IsBusyAsync(kind, cancellation);
        foreach (var kind in kinds.All)
        {
            foreach (Guid id in await FindLostAsync(kind, busy, cancellation))
            {
                LogQueued(kind.Name, id);
                kind.Enqueue(queue, id);
            }
        }
    }

    protected override Task RunOnceAsync(CancellationToken cancellation) => SweepAsync(cancellation);

    private async Task<bool> IsBusyAsync(JobKind kind, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand(
            $"SELECT EXISTS (SELECT FROM {kind.Table} JOIN leases USING (id) WHERE state = 'running' AND expires_at >= now())");
        return await query.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>
    /// Finds the running jobs without a worker and the job that has waited longest, unless a worker is busy and has started no later job:
    /// the queue keeps the order of the jobs.
    /// </summary>
    private async Task<Guid[]> FindLostAsync(JobKind kind, bool busy, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT array(
                SELECT id FROM {kind.Table} AS job
                WHERE state = 'running' AND NOT EXISTS (SELECT FROM leases WHERE leases.id = job.id AND expires_at >= now())
            ) || array(
                SELECT id FROM {kind.Table} AS job WHERE state = 'queued' AND created_at < now() - $1
                    AND (NOT $2 OR EXISTS (SELECT FROM {kind.Table} AS later WHERE later.id > job.id AND later.started_at IS NOT NULL))
                ORDER BY id LIMIT 1
            )
            """);
        query.Parameters.AddWithValue(_interval);
        query.Parameters.AddWithValue(busy);
        return (Guid[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} lost its worker and is queued again")]
    private partial void LogQueued(string kind, Guid id);
}
