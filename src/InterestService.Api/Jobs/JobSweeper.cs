using Hangfire;
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
    ILogger<JobSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await SweepAsync(time.GetUtcNow().UtcDateTime, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception); // the next round tries again
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(DateTime now, CancellationToken cancellation)
    {
        // While a job runs, queued ones wait for a worker and are not lost.
        bool busy = false;
        foreach (var kind in kinds.All) busy |= await IsBusyAsync(kind, now, cancellation);
        foreach (var kind in kinds.All)
        {
            foreach (Guid id in await FindLostAsync(kind, busy, now, cancellation))
            {
                LogQueued(kind.Name, id);
                kind.Enqueue(queue, id);
            }
        }
    }

    private async Task<bool> IsBusyAsync(JobKind kind, DateTime now, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"SELECT EXISTS (SELECT FROM {kind.Table} WHERE state = 'running' AND lease_expires_at >= $1)");
        query.Parameters.AddWithValue(now);
        return await query.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Finds the running jobs without a worker and, when no worker is busy, the job that has waited longest.</summary>
    private async Task<Guid[]> FindLostAsync(JobKind kind, bool busy, DateTime now, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT array(SELECT id FROM {kind.Table} WHERE state = 'running' AND (lease_expires_at IS NULL OR lease_expires_at < $1))
                || array(SELECT id FROM {kind.Table} WHERE state = 'queued' AND created_at < $2 AND NOT $3 ORDER BY id LIMIT 1)
            """);
        query.Parameters.AddWithValue(now);
        query.Parameters.AddWithValue(now - _interval);
        query.Parameters.AddWithValue(busy);
        return (Guid[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} lost its worker and is queued again")]
    private partial void LogQueued(string kind, Guid id);

    [LoggerMessage(LogLevel.Warning, "Searching for lost jobs failed")]
    private partial void LogFailed(Exception exception);
}
