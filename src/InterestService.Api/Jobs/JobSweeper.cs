using Hangfire;
using InterestService.Api.Clusterings;
using InterestService.Api.Comparisons;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Jobs;

/// <summary>
/// Puts jobs back into the queue whose worker died, or that were never queued because the caller's process died between the two
/// writes. A job too many does no harm: it finds the lease taken, or the work over.
/// </summary>
internal sealed partial class JobSweeper(
    IDbContextFactory<InterestDbContext> contexts,
    IBackgroundJobClient jobs,
    TimeProvider time,
    ILogger<JobSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _erasuresKept = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync(stoppingToken);
                var now = time.GetUtcNow().UtcDateTime;
                await context.Erasures.Where(erasure => erasure.ErasedAt < now - _erasuresKept).ExecuteDeleteAsync(stoppingToken);
                // While one runs, the others wait for a worker; they are not lost.
                bool busy = await IsBusyAsync(context.Clusterings, now, stoppingToken) || await IsBusyAsync(context.Comparisons, now, stoppingToken);
                foreach (Guid id in await LostAsync(context.Clusterings, busy, now, stoppingToken))
                {
                    LogQueued(JobKind.Clustering.Name, id);
                    jobs.Enqueue<ClusteringJob>(job => job.RunAsync(id, CancellationToken.None));
                }

                foreach (Guid id in await LostAsync(context.Comparisons, busy, now, stoppingToken))
                {
                    LogQueued(JobKind.Comparison.Name, id);
                    jobs.Enqueue<ComparisonJob>(job => job.RunAsync(id, CancellationToken.None));
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception); // the next round may do better; the host goes on
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static Task<bool> IsBusyAsync<T>(IQueryable<T> jobs, DateTime now, CancellationToken cancellation)
        where T : LongJob => jobs.AnyAsync(job => job.State == JobState.Running && job.LeaseExpiresAt >= now, cancellation);

    /// <summary>Those that run without a worker and, when no worker is busy, the one that has waited longest.</summary>
    private static async Task<List<Guid>> LostAsync<T>(IQueryable<T> jobs, bool busy, DateTime now, CancellationToken cancellation)
        where T : LongJob
    {
        var lost = await jobs.Where(job => job.State == JobState.Running && (job.LeaseExpiresAt == null || job.LeaseExpiresAt < now))
            .Select(job => job.Id).ToListAsync(cancellation);
        if (!busy)
            lost.AddRange(await jobs.Where(job => job.State == JobState.Queued && job.CreatedAt < now - _interval)
                .OrderBy(job => job.Id).Take(1).Select(job => job.Id).ToListAsync(cancellation));
        return lost;
    }

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} lost its worker and is queued again")]
    private partial void LogQueued(string kind, Guid id);

    [LoggerMessage(LogLevel.Warning, "Lost jobs could not be looked for")]
    private partial void LogFailed(Exception exception);
}
