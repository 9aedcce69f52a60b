using Hangfire;
using InterestService.Api.Hosting;
using InterestService.Api.Storage;
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
    NpgsqlDataSource database,
    [FromKeyedServices(DatabaseServices.Patient)] NpgsqlDataSource patient,
    IDbContextFactory<InterestDbContext> contexts,
    IOptions<InterestServiceOptions> options,
    TimeProvider time,
    ILogger<ClusteringJob> logger)
{
    // A job that fails is not tried again by Hangfire: the sweeper takes up what lost its worker, and other failures are final.
    [Queue(Jobs.ClusteringQueue)]
    [AutomaticRetry(Attempts = 0)]
    public async Task RunAsync(Guid id, CancellationToken shutdown)
    {
        await using var lease = await ClusteringLease.TakeAsync(database, id, shutdown);
        if (lease is null) return; // over, or in another worker's hands
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown, lease.Stop);
            var result = await RunAsync(id, lease, stop.Token);
            LogSucceeded(id, result.UserIds.Length, result.Clusters.Length);
        }
        catch (PipelineException exception)
        {
            LogFailed(id, exception.Code, exception.Message);
            await lease.FailAsync(new ClusteringFailure(exception.Code, exception.Message), shutdown);
        }
        catch (OperationCanceledException) when (lease.CancelRequested)
        {
            LogCanceled(id);
            await lease.CancelAsync(shutdown);
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            LogInterrupted(id);
            throw; // Hangfire puts the job back; the next worker starts over.
        }
        // With the database away nothing can be said of the clustering: its lease runs out, and it is taken up again.
        catch (Exception exception) when (exception is not LeaseLostException && !exception.IsDatabaseAway())
        {
            LogUnexpected(exception, id);
            const string message = "An unexpected error; the worker's log has it under the clustering's id.";
            await lease.FailAsync(new ClusteringFailure(FailureCode.Unexpected, message), shutdown);
        }
    }

    private async Task<PipelineResult> RunAsync(Guid id, ClusteringLease lease, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var request = (await context.Clusterings.AsNoTracking().SingleAsync(c => c.Id == id, stop)).Request;

        LogRuns(id, InterestPipeline.ResolveDevice(request.Device));
        var log = await EventLoader.LoadAsync(patient, request.From, request.To, stop);
        var known = new KnownFacts(patient);
        var sources = new PipelineSources(known.Describe, known.Groups)
        {
            Previous = users => PublishedUsers.Find(patient, request, users),
        };
        var result = InterestPipeline.Run(log, sources, Options(request), lease.Report, stop);

        lease.Report(new PipelineProgress(PipelineStage.Save, 0));
        await ClusteringWriter.SaveAsync(patient, lease, request, log.EventCount, result, stop);
        return result;
    }

    private PipelineOptions Options(ClusteringRequest request) => request.Parameters.ApplyTo(new PipelineOptions
    {
        Encoder = request.Encoder,
        Algorithm = request.Algorithm,
        Clusters = request.Clusters.Number,
        Seed = request.Seed,
        Device = request.Device,
        Threads = options.Value.Threads > 0 ? options.Value.Threads : Environment.ProcessorCount,
        // A day of grace for clocks that go fast.
        Cleaning = new() { TypeWeights = options.Value.TypeWeights(), LatestTime = time.GetUtcNow().AddDays(1) },
    });

    [LoggerMessage(LogLevel.Information, "Clustering {Id} runs on the {Device}")]
    private partial void LogRuns(Guid id, string device);

    [LoggerMessage(LogLevel.Information, "Clustering {Id} succeeded: {Users} users in {Clusters} clusters")]
    private partial void LogSucceeded(Guid id, int users, int clusters);

    [LoggerMessage(LogLevel.Warning, "Clustering {Id} failed ({Code}): {Reason}")]
    private partial void LogFailed(Guid id, FailureCode code, string reason);

    [LoggerMessage(LogLevel.Information, "Clustering {Id} was cancelled")]
    private partial void LogCanceled(Guid id);

    [LoggerMessage(LogLevel.Warning, "Clustering {Id} was interrupted by shutdown and will start over")]
    private partial void LogInterrupted(Guid id);

    [LoggerMessage(LogLevel.Error, "Clustering {Id} failed")]
    private partial void LogUnexpected(Exception exception, Guid id);
}
