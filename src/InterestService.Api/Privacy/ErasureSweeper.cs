namespace InterestService.Api.Privacy;

/// <summary>Resumes erasures that failed or whose process died, at the start and then periodically, and forgets old ones.</summary>
internal sealed partial class ErasureSweeper(UserEraser eraser, TimeProvider time, ILogger<ErasureSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(30);

    /// <summary>Longer than a snapshot follows changes without being read again.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        do
        {
            try
            {
                if (await eraser.ResumeAsync(stoppingToken) is > 0 and int ids) LogResumed(ids);
                await eraser.ForgetAsync((time.GetUtcNow() - _kept).UtcDateTime, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception, _interval);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(LogLevel.Warning, "Resumed and completed an unfinished erasure of {Ids} ids")]
    private partial void LogResumed(int ids);

    [LoggerMessage(LogLevel.Warning, "Unfinished erasures could not be resumed; next try in {Interval}")]
    private partial void LogFailed(Exception exception, TimeSpan interval);
}
