using Hangfire;
using Hangfire.Client;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;

namespace InterestService.Api.Jobs;

/// <summary>
/// Runs Hangfire's processes in a process of the service: one worker, and the schedulers of delayed and of recurring jobs. It begins when the
/// host has started and ends with it.
/// </summary>
/// <remarks>
/// Hangfire's own hosted service runs the same processes, but after errors in a row each of them waits for as many seconds as the square of
/// their number, up to five minutes: after an outage of the database jobs would stay queued for as long again.
/// </remarks>
internal sealed class JobServer(
    JobStorage storage, JobActivator activator, IJobFilterProvider filters, ITimeZoneResolver timeZones, IHostApplicationLifetime lifetime) : IHostedService, IDisposable
{
    /// <summary>Time in which a running job ends when the host stops.</summary>
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan _longestRetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _schedulePollingInterval = TimeSpan.FromSeconds(15);

    private BackgroundProcessingServer? _server;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => _server = Create());
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is null) return;
        _server.SendStop();
        await _server.WaitForShutdownAsync(cancellationToken);
    }

    public void Dispose() => _server?.Dispose();

    private BackgroundProcessingServer Create()
    {
        var states = new BackgroundJobStateChanger(filters);
        string[] queues = [HangfireJobs.HeavyQueue];
        IBackgroundProcessDispatcherBuilder[] processes =
        [
            new Worker(queues, new BackgroundJobPerformer(filters, activator), states).UseBackgroundPool(threadCount: 1),
            new DelayedJobScheduler(_schedulePollingInterval, states).UseBackgroundPool(threadCount: 1),
            new RecurringJobScheduler(new BackgroundJobFactory(filters), _schedulePollingInterval, timeZones).UseBackgroundPool(threadCount: 1),
        ];
        // The dashboard shows the properties.
        var properties = new Dictionary<string, object> { ["Queues"] = queues, ["WorkerCount"] = 1 };
        return new BackgroundProcessingServer(storage, processes, properties, new BackgroundProcessingServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Environment.ProcessId}",
            ShutdownTimeout = _shutdownTimeout,
            RetryDelay = errors => errors < _longestRetryDelay.TotalSeconds ? TimeSpan.FromSeconds(errors) : _longestRetryDelay,
        });
    }
}
