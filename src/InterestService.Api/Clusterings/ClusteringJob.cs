using Hangfire;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>
/// The job behind <c>POST /clusterings</c>: load, run the pipeline, save, publish. It takes an id and nothing else, may run
/// again at any point, and leaves either everything of a clustering or nothing.
/// </summary>
internal sealed partial class ClusteringJob(
    JobRunner runner,
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource patient,
    IDbContextFactory<InterestDbContext> contexts,
    PipelineOptionsFactory settings,
    IOptions<PublishMargins> margins,
    ClusterNamer namer,
    ILogger<ClusteringJob> logger)
{
    // A job that fails is not tried again by Hangfire: the sweeper takes up what lost its worker, and other failures are final.
    [Queue(HangfireJobs.HeavyQueue)]
    [AutomaticRetry(Attempts = 0)]
    public Task RunAsync(Guid id, CancellationToken shutdown) => runner.RunAsync<Clustering>(id, RunAsync, shutdown);

    private async Task<string> RunAsync(JobLease lease, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var request = (await context.Clusterings.AsNoTracking().SingleAsync(c => c.Id == lease.Id, stop)).Request;

        LogRuns(lease.Id, InterestPipeline.ResolveDevice(request.Device, request.Encoder));
        await Arrivals.NoteAsync(patient, lease.Id, stop);
        var options = settings.For(request.Clusters, request.Seed, request.Device, request.Parameters) with { Encoder = request.Encoder, Algorithm = request.Algorithm };
        var pipeline = new InterestPipeline(options, progress => lease.Report(JobProgress.From(progress)), stop);
        using var learned = await LearnAsync(pipeline, request, stop);
        await Task.Yield();
        var result = pipeline.Explain(learned);
        result = result with { Clusters = await namer.NameAsync(result.Clusters, stop) };

        lease.Report(JobProgress.From(new PipelineProgress(PipelineStage.Save, 0)));
        await ClusteringWriter.SaveAsync(patient, lease, request, result, margins.Value, stop);
        return $"{result.UserIds.Length} users in {result.Clusters.Length} clusters";
    }

    // Each step is a method of its own, and the next begins from a new stack: nothing holds the events as they were loaded while encoders learn
    // from the clean ones, nor those while clusters are explained.
    private async Task<LearnedClusters> LearnAsync(InterestPipeline pipeline, ClusteringRequest request, CancellationToken stop)
    {
        var events = await PrepareAsync(pipeline, request, stop);
        await Task.Yield();
        return pipeline.Learn(events);
    }

    private async Task<PreparedEvents> PrepareAsync(InterestPipeline pipeline, ClusteringRequest request, CancellationToken stop)
    {
        var log = await EventLoader.LoadAsync(patient, request.From, request.To, stop);
        return pipeline.Prepare(log, new KnownFacts(patient).Sources with { Previous = users => PublishedUsers.Find(patient, request, users) });
    }

    [LoggerMessage(LogLevel.Information, "Clustering {Id} runs on the {Device}")]
    private partial void LogRuns(Guid id, string device);
}
