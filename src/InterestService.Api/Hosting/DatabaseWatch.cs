namespace InterestService.Api.Hosting;

/// <summary>Ends the host when its embedded PostgreSQL has died: whatever supervises the host starts both anew, with their data.</summary>
internal sealed partial class DatabaseWatch(
    Database database, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<DatabaseWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (database.IsAlive) continue;
            LogDied();
            Environment.ExitCode = 1;
            lifetime.StopApplication();
            return;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The embedded PostgreSQL has died; the service stops. Its log lies in the data folder")]
    private partial void LogDied();
}
