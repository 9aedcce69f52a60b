using Hangfire;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Reclustering;

/// <summary>Starts the configured clustering, unless one is queued or running.</summary>
internal sealed partial class ReclusteringJob(
    InterestDbContext context,
    JobStore store,
    DriftMeter meter,
    IOptions<ReclusteringOptions> options,
    IOptions<PipelineDefaults> defaults,
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
        // Limits attempts to one a day from the same clustering: a new one that is worse is not published, and the drift remains. A caller has
        // a name, so that no key of a caller equals this one.
        if (await StartAsync(IdempotencyKey.Create<Clustering>("", $"drift from {drift.ClusteringId}", ""), shutdown) is { } id)
            LogDrifted(drift.UsersMoved, drift.UsersSampled, drift.UnknownItemEvents, drift.NewEvents, id);
    }

    private async Task<Guid?> StartAsync(IdempotencyKey? key, CancellationToken cancellation)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);
        // Lets one worker at a time proceed, so that the second one finds what the first has started.
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(1919247220, 1)", cancellation);
        if (await context.Clusterings.AnyAsync(c => c.State == JobState.Queued || c.State == JobState.Running, cancellation)) return null;
        var request = options.Value.Request.Complete(defaults.Value.DefaultClusters, defaults.Value.Device);
        var job = new Clustering { Id = store.NewId(), CreatedAt = store.Now(), Request = request };
        var (clustering, isNew, _) = await store.AddAsync(job, key, cancellation);
        if (!isNew) return null;
        await transaction.CommitAsync(cancellation);
        store.Enqueue(clustering);
        return clustering.Id;
    }

    [LoggerMessage(LogLevel.Information, "Clustering {Id} is started by schedule")]
    private partial void LogScheduled(Guid id);

    [LoggerMessage(
        LogLevel.Information,
        "{Moved} of {Sampled} users have moved, {Unknown} of {New} new events are on new items: clustering {Id} is started")]
    private partial void LogDrifted(int moved, int sampled, long unknown, long @new, Guid id);
}
