namespace InterestService.Api.Hosting;

/// <summary>Does a piece of work when the host starts and again after each interval; an error is logged, and the next round tries again.</summary>
internal abstract partial class PeriodicService(TimeSpan interval, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>Does the work once.</summary>
    protected abstract Task RunOnceAsync(CancellationToken cancellation);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do await TryAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service has been stopped; an exception would stop the host.
        }
    }

    private async Task TryAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunOnceAsync(stoppingToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
        {
            LogFailed(exception, GetType().Name, interval);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Service} failed; next attempt in {Interval}")]
    private partial void LogFailed(Exception exception, string service, TimeSpan interval);
}
