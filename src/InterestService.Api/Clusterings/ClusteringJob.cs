using Hangfire;
using InterestService.Api.Clusterings.Shards;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Encoding.Networks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>
/// The job behind <c>POST /clusterings</c>: load, run the pipeline, assign the users who did not train, save, publish. It takes only an id, may run
/// again at any point, and readers find either everything of a clustering or nothing.
/// </summary>
internal sealed partial class ClusteringJob(
    JobRunner runner,
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    IDbContextFactory<InterestDbContext> contexts,
    PipelineOptionsFactory settings,
    ShardSteps shards,
    ShardedProfile profile,
    IOptions<PipelineDefaults> defaults,
    IOptions<PublishMargins> margins,
    ClusterNamer namer,
    ClusteringInstruments instruments,
    TimeProvider time,
    ILogger<ClusteringJob> logger)
{
    // Hangfire does not retry a failed job: the sweeper restarts jobs that lost their worker, and other failures are final.
    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public Task RunAsync(Guid id, CancellationToken shutdown) => runner.RunAsync<Clustering>(id, RunAsync, shutdown);

    private async Task<string> RunAsync(JobLease lease, CancellationToken stop)
    {
        using var stages = new StageClock(instruments);
        await using var context = await contexts.CreateDbContextAsync(stop);
        var request = (await context.Clusterings.AsNoTracking().SingleAsync(c => c.Id == lease.Id, stop)).Request;

        // A worker that was lost while shards were left has saved all that was learned.
        int? users = await shards.AnyAsync(lease.Id, stop) ? null : await LearnAsync(lease, stages, request, stop);
        if (users is null)
        {
            stages.Enter(PipelineStage.Assign);
            lease.Report(JobProgress.From(new PipelineProgress(PipelineStage.Assign, 0)));
            await lease.StoreProgressAsync(stop); // so that a worker that takes over does not show the first stage
            using var assigned = await shards.RunAsync(lease, fraction => lease.Report(JobProgress.From(new PipelineProgress(PipelineStage.Assign, fraction))), stop);
            stages.Enter(PipelineStage.Save);
            lease.Report(JobProgress.From(new PipelineProgress(PipelineStage.Save, 0)));
            await profile.WriteAsync(lease, assigned, stop);
            var metrics = (await context.Clusterings.AsNoTracking().SingleAsync(c => c.Id == lease.Id, stop)).Metrics;
            users = await ClusteringWriter.FinishAsync(database, lease, request, metrics!, margins.Value, stop);
        }

        stages.Complete();
        return $"{users} users are in clusters";
    }

    /// <summary>Runs the pipeline and saves its result.</summary>
    /// <returns>The number of users; null when there are shards to do before the clustering is complete.</returns>
    private async Task<int?> LearnAsync(JobLease lease, StageClock stages, ClusteringRequest request, CancellationToken stop)
    {
        long loadedBatch = await Arrivals.ReadSettledAsync(database, stop); // stored with the result, under the lease
        // Which transactions the events include: erasures after it apply to the result.
        await StoreAsync(lease, "loaded_view = pg_current_snapshot()::text", [], stop);
        var options = settings.For(request.Clusters, request.FewerClusters, request.Seed, request.Device, request.Parameters) with { Algorithm = request.Algorithm };
        var window = EventWindow.Create(request, time.GetUtcNow());
        var sample = await TrainingSample.ChooseAsync(database, window, request.Parameters.TrainingUsers ?? defaults.Value.TrainingUsers, stop);
        var plan = sample is null ? null : await ShardPlan.CreateAsync(database, window, sample, defaults.Value.ShardUsers, stop);
        var log = await EventLoader.LoadAsync(database, request.From, request.To, sample, options.Cleaning.Meanings, stop);
        var choice = EncoderChoice.Of(request.Encoder, log, await HasTitlesAsync(stop));
        options = options with { Encoder = choice.Encoder, IsSample = sample is not null };
        var pipeline = new InterestPipeline(options, Report, stop);
        using var clean = pipeline.Clean(log);
        LogRuns(lease.Id, choice.Encoder, Devices.Resolve(request.Device, Encoders.Named(choice.Encoder)));
        await StoreAsync(lease, "encoder = $2, encoder_reason = $3", [choice.Encoder, choice.Reason], stop);
        using var learned = pipeline.Learn(clean, await ReferAsync(lease.Id, request, options, clean, stop));
        var result = pipeline.Explain(clean, learned);
        if (plan is null) result = result with { Clusters = await namer.NameAsync(result.Clusters, stop) };

        stages.Enter(PipelineStage.Save);
        lease.Report(JobProgress.From(new PipelineProgress(plan is null ? PipelineStage.Save : PipelineStage.Assign, 0)));
        await lease.StoreProgressAsync(stop); // so that a run between two heartbeats shows its stages too
        await ClusteringWriter.SaveAsync(
            database, lease, request, result, loadedBatch, plan, pipeline.Split(clean, learned, ShardChunks.Users), margins.Value, stop);
        return plan is null ? result.UserIds.Length : null;

        void Report(PipelineProgress progress)
        {
            stages.Enter(progress.Stage);
            lease.Report(JobProgress.From(progress));
        }
    }

    /// <summary>Reads what is known of the items and users of clean events, and what the published clustering has of them.</summary>
    private async Task<ReferenceData> ReferAsync(Guid id, ClusteringRequest request, PipelineOptions options, CleanEvents clean, CancellationToken stop)
    {
        var reference = await ReferenceDataLoader.LoadAsync(database, clean, Encoders.ReadsTexts(options.Encoder, options.Parameters), stop);
        if (options.CarryOver > 0) reference = reference with { Previous = await PublishedUsers.FindAsync(database, id, request, clean.UserIds, stop) };
        return reference with { PreviousMap = await PublishedUsers.FindMapAsync(database, clean.UserIds, stop) };
    }

    private async Task<bool> HasTitlesAsync(CancellationToken stop)
    {
        await using var query = database.CreateCommand($"SELECT EXISTS (SELECT FROM items WHERE {Catalogue.HasTextSql})");
        return (bool)(await query.ExecuteScalarAsync(stop))!;
    }

    /// <summary>Updates the clustering's row under the lease.</summary>
    /// <param name="lease">Lease of the clustering.</param>
    /// <param name="assignments">Assignments of SQL; the parameters begin with <c>$2</c>.</param>
    /// <param name="values">The parameters.</param>
    /// <param name="stop">Stops the update.</param>
    private async Task StoreAsync(JobLease lease, string assignments, string[] values, CancellationToken stop)
    {
        await using var connection = await database.OpenConnectionAsync(stop);
        await using var transaction = await JobLease.BeginAsync(connection, stop);
        await lease.EnsureHeldAsync(connection, stop);
        await using var store = new NpgsqlCommand($"UPDATE clusterings SET {assignments} WHERE id = $1", connection);
        store.Parameters.AddWithValue(lease.Id);
        foreach (string value in values) store.Parameters.AddWithValue(value);
        await store.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }

    [LoggerMessage(LogLevel.Information, "Clustering {Id} runs the encoder {Encoder} on the {Device}")]
    private partial void LogRuns(Guid id, string encoder, string device);
}
