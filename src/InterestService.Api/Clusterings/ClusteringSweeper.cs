using Hangfire;
using InterestService.Api.Storage;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Clusterings;

/// <summary>
/// Puts clusterings back into the queue whose worker died, or whose job was never queued because the caller's process died
/// between the two writes. A job too many does no harm: it finds the lease taken, or the clustering over.
/// </summary>
internal sealed partial class ClusteringSweeper(
    IDbContextFactory<InterestDbContext> contexts,
    IBackgroundJobClient jobs,
    TimeProvider time,
    ILogger<ClusteringSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception); // the next round may do better; the host goes on
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow().UtcDateTime;
        var lost = await context.Clusterings
            .Where(c => (c.State == ClusteringState.Running && (c.LeaseExpiresAt == null || c.LeaseExpiresAt < now))
                || (c.State == ClusteringState.Queued && c.CreatedAt < now - _interval
                    // The oldest only: those behind it wait for a worker, they are not lost.
                    && !context.Clusterings.Any(o => o.State == ClusteringState.Running || (o.State == ClusteringState.Queued && o.Id < c.Id))))
            .Select(c => c.Id)
            .ToListAsync(cancellation);
        foreach (Guid id in lost)
        {
            LogQueued(id);
            jobs.Enqueue<ClusteringJob>(job => job.RunAsync(id, CancellationToken.None));
        }
    }

    [LoggerMessage(LogLevel.Warning, "Clustering {Id} lost its worker and is queued again")]
    private partial void LogQueued(Guid id);

    [LoggerMessage(LogLevel.Warning, "Lost clusterings could not be looked for")]
    private partial void LogFailed(Exception exception);
}
