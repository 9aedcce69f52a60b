using Hangfire;
using InterestService.Api.Clusterings;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Reclustering;

/// <summary>Starts the configured clustering, unless one waits or runs.</summary>
internal sealed partial class ReclusteringJob(
    InterestDbContext context,
    JobStore store,
    IBackgroundJobClient jobs,
    DriftMeter meter,
    IOptions<InterestServiceOptions> options,
    ILogger<ReclusteringJob> logger)
{
    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public async Task RunByScheduleAsync(CancellationToken shutdown)
    {
        if (await StartAsync(null, shutdown) is { } id) LogScheduled(id);
    }

    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public async Task RunOnDriftAsync(CancellationToken shutdown)
    {
        if (await meter.MeasureAsync(shutdown) is not { Drifted: true } drift) return;
        // One try a day from the same clustering: a new one need not have been better, and then it is not published. Callers' keys, which
        // have a colon, are others.
        if (await StartAsync($"drift from {drift.ClusteringId}", shutdown) is { } id)
            LogDrifted(drift.UsersMoved, drift.UsersSampled, drift.UnknownItemEvents, drift.NewEvents, id);
    }

    private async Task<Guid?> StartAsync(string? key, CancellationToken cancellation)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        // Of several workers one at a time, so that the second finds what the first has started.
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(1919247220, 1)", cancellation);
        if (await context.Clusterings.AnyAsync(c => c.State == JobState.Queued || c.State == JobState.Running, cancellation)) return null;
        var request = options.Value.Reclustering.Request.Complete(options.Value.DefaultClusters, options.Value.Device);
        var job = new Clustering { Id = store.NewId(), CreatedAt = store.Now(), Request = request, IdempotencyKey = key };
        var (clustering, isNew, _) = await store.AddAsync(job, _ => true, cancellation);
        if (!isNew) return null;
        await transaction.CommitAsync(cancellation);
        jobs.Enqueue<ClusteringJob>(run => run.RunAsync(clustering.Id, CancellationToken.None));
        return clustering.Id;
    }

    [LoggerMessage(LogLevel.Information, "Clustering {Id} is started by schedule")]
    private partial void LogScheduled(Guid id);

    [LoggerMessage(
        LogLevel.Information,
        "{Moved} of {Sampled} users have moved, {Unknown} of {New} new events are on new items: clustering {Id} is started")]
    private partial void LogDrifted(int moved, int sampled, long unknown, long @new, Guid id);
}
