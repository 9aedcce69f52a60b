using System.Diagnostics;
using InterestService.Api.Hosting;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Events;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Jobs;

/// <summary>Runs the work of a job under its lease and stores how it ended.</summary>
internal sealed partial class JobRunner(
    NpgsqlDataSource database, JobKinds kinds, JobInstruments instruments, TimeProvider time, IOptions<InterestServiceOptions> options, ILogger<JobRunner> logger)
{
    /// <summary>
    /// A job whose worker or database was lost this often fails: it may be the job that ends the workers, for example by the memory that it
    /// needs.
    /// </summary>
    public const int MaxInterruptions = 5;

    /// <summary>Runs a job, unless it is over or another worker runs it.</summary>
    /// <param name="id">Id of the job, whose row is of type <typeparamref name="T"/>.</param>
    /// <param name="work">
    /// Saves its result and marks the row as succeeded, in one transaction under the lease; returns a summary for the log. It runs on
    /// <see cref="BackgroundThreads"/>.
    /// </param>
    /// <param name="shutdown">Signalled when the worker shuts down.</param>
    public async Task RunAsync<T>(Guid id, Func<JobLease, CancellationToken, Task<string>> work, CancellationToken shutdown)
        where T : LongJob
    {
        var kind = kinds.Find<T>();
        await using var lease = await JobLease.TakeAsync(database, time, kind, id, shutdown);
        if (lease is null) return;
        using var span = Instrumentation.Begin($"run {kind.Label}", ActivityKind.Consumer, lease.TraceParent);
        long started = time.GetTimestamp();
        string? result = null;
        try
        {
            result = await RunAsync(kind, lease, work, shutdown);
        }
        finally
        {
            result ??= shutdown.IsCancellationRequested ? JobInstruments.Returned : JobInstruments.Interrupted; // an exception has passed
            instruments.Record(kind, result, time.GetElapsedTime(started));
            if (result is JobInstruments.Failed or JobInstruments.Interrupted) span.SetStatus(ActivityStatusCode.Error, result);
        }
    }

    /// <returns>How it ended, as <see cref="JobInstruments"/> counts it.</returns>
    private async Task<string> RunAsync(JobKind kind, JobLease lease, Func<JobLease, CancellationToken, Task<string>> work, CancellationToken shutdown)
    {
        try
        {
            if (lease.Interruptions >= MaxInterruptions)
                throw new PipelineException(FailureCode.Interrupted, $"The worker or the database was lost {lease.Interruptions} times while it ran.");
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown, lease.Stop);
            LogSucceeded(kind.Name, lease.Id, await BackgroundThreads.RunAsync(options.Value.JobPriority, () => work(lease, stop.Token)));
            return JobInstruments.Succeeded;
        }
        catch (Exception exception) when (Explain(exception) is { } failure)
        {
            LogFailed(kind.Name, lease.Id, failure.Code, failure.Message);
            await lease.FailAsync(failure, shutdown);
            return JobInstruments.Failed;
        }
        catch (OperationCanceledException) when (lease.CancelRequested)
        {
            LogCanceled(kind.Name, lease.Id);
            await lease.CancelAsync(shutdown);
            return JobInstruments.Canceled;
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            LogReturned(kind.Name, lease.Id);
            lease.ReturnOnDispose();
            throw; // Hangfire returns the job to the queue; the next worker runs it again.
        }
        // The job keeps its state, and the sweeper queues it again when no worker holds its lease.
        catch (Exception exception) when (exception is LeaseLostException || exception.IsDatabaseAway() || (exception is OperationCanceledException && lease.IsLost))
        {
            LogInterrupted(lease.Fault ?? exception, kind.Name, lease.Id);
            return JobInstruments.Interrupted;
        }
        catch (Exception exception)
        {
            LogUnexpected(exception, kind.Name, lease.Id);
            await lease.FailAsync(new JobFailure(FailureCode.Unexpected, $"An unexpected error; the worker's log has it under the {kind.Label}'s id."), shutdown);
            return JobInstruments.Failed;
        }
    }

    /// <returns>The failure of a job by a reason that callers or operators can remove; null for another error.</returns>
    private static JobFailure? Explain(Exception exception) => exception switch
    {
        PipelineException unable => new(unable.Code, unable.Message),
        _ when exception.IsOutOfMemory() => new(FailureCode.OutOfMemory, "It needs more memory than the worker has. Give the worker more, or choose fewer events, a smaller encoder or another algorithm."),
        _ when exception.IsDatabaseFull() => new(FailureCode.DiskFull, "The disk of the database is full. Free space there, or add some, and start again."),
        _ => null,
    };

    [LoggerMessage(LogLevel.Information, "{Kind} {Id} succeeded: {Outcome}")]
    private partial void LogSucceeded(string kind, Guid id, string outcome);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} failed ({Code}): {Reason}")]
    private partial void LogFailed(string kind, Guid id, FailureCode code, string reason);

    [LoggerMessage(LogLevel.Information, "{Kind} {Id} was cancelled")]
    private partial void LogCanceled(string kind, Guid id);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} was stopped by shutdown and will run again")]
    private partial void LogReturned(string kind, Guid id);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Id} lost its lease or the database and will run again")]
    private partial void LogInterrupted(Exception exception, string kind, Guid id);

    [LoggerMessage(LogLevel.Error, "{Kind} {Id} failed")]
    private partial void LogUnexpected(Exception exception, string kind, Guid id);
}
