using Hangfire;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Comparisons;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Comparisons;

/// <summary>The job behind <c>POST /comparisons</c>: load, run all pairs, save the table. The clusterings themselves are not saved.</summary>
internal sealed class ComparisonJob(
    JobRunner runner,
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    IDbContextFactory<InterestDbContext> contexts,
    PipelineOptionsFactory settings,
    IOptions<PipelineDefaults> defaults,
    TimeProvider time)
{
    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public Task RunAsync(Guid id, CancellationToken shutdown) => runner.RunAsync<Comparison>(id, RunAsync, shutdown);

    private async Task<string> RunAsync(JobLease lease, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var request = (await context.Comparisons.AsNoTracking().SingleAsync(c => c.Id == lease.Id, stop)).Request;
        var options = settings.For(request.Clusters, request.FewerClusters, request.Seed, request.Device, request.Parameters);
        var window = EventWindow.Create(request.From?.UtcDateTime, request.To?.UtcDateTime, time.GetUtcNow());
        var sample = await TrainingSample.ChooseAsync(database, window, request.Parameters.TrainingUsers ?? defaults.Value.TrainingUsers, stop);
        options = options with { IsSample = sample is not null };
        var log = await EventLoader.LoadAsync(database, request.From, request.To, sample, options.Cleaning.Meanings, stop);
        int events = log.EventCount;
        using var clean = new InterestPipeline(options, _ => { }, stop).Clean(log, request.Encoders);
        bool texts = request.Encoders.Any(encoder => Encoders.ReadsTexts(encoder, options.Parameters));
        var reference = await ReferenceDataLoader.LoadAsync(database, clean, texts, stop);
        var result = PipelineComparison.Run(
            clean, reference, options, request.Encoders, request.Algorithms, new ProcessStageMeter(), progress => lease.Report(Progress(progress)), stop);

        await context.Database.OpenConnectionAsync(stop);
        var connection = (NpgsqlConnection)context.Database.GetDbConnection();
        await using var transaction = await JobLease.BeginAsync(connection, stop);
        await context.Database.UseTransactionAsync(transaction, stop);
        await lease.EnsureHeldAsync(connection, stop);
        var comparison = await context.Comparisons.SingleAsync(c => c.Id == lease.Id, stop);
        (comparison.Events, comparison.Users, comparison.Items) = (events, result.Users, result.Items);
        (comparison.Rows, comparison.Winner) = ([.. result.Rows], result.Winner);
        (comparison.State, comparison.Stage, comparison.Progress) = (JobState.Succeeded, "save", 1);
        (comparison.Loss, comparison.RecallAt10, comparison.Epoch) = (null, null, null);
        await context.SaveChangesAsync(stop);
        await context.Database.ExecuteSqlAsync($"UPDATE comparisons SET finished_at = now() WHERE id = {lease.Id}", stop);
        await transaction.CommitAsync(stop);
        return $"{result.Rows.Count(row => row.Error is null)} of {result.Rows.Count} pairs, winner {result.Winner?.Encoder ?? "none"} {result.Winner?.Algorithm}";
    }

    private static JobProgress Progress(ComparisonProgress progress) => new(
        progress.Algorithm is null ? progress.Encoder : $"{progress.Encoder} x {progress.Algorithm}", progress.Overall, progress.Epoch);
}
