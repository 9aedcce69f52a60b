using System.Diagnostics.Metrics;
using InterestService.EmbeddedPostgres;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Starts the embedded PostgreSQL again when it has died, and waits longer after each attempt that fails. Lookups continue meanwhile, from the
/// published clustering in memory.
/// </summary>
internal sealed partial class DatabaseWatch(Database database, IMeterFactory meters, TimeProvider time, ILogger<DatabaseWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var restarts = meters.Service().CreateCounter<long>("interestservice.database.restarts", "{restart}", "Times that the embedded PostgreSQL was started again because it had died.");
        restarts.Add(0);
        if (database.Embedded is not { } server) return;
        var wait = _shortest;
        while (true)
        {
            await Task.Delay(wait, time, stoppingToken);
            if (server.IsAlive) continue;
            LogDied();
            try
            {
                await server.RestartAsync(stoppingToken);
                wait = _shortest;
                restarts.Add(1);
                LogStarted();
            }
            catch (EmbeddedServerException exception)
            {
                wait = wait < _longest / 2 ? wait * 2 : _longest;
                LogFailed(exception, wait.TotalSeconds);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The embedded PostgreSQL has stopped unexpectedly and is started again. Its log is in the data folder")]
    private partial void LogDied();

    [LoggerMessage(LogLevel.Information, "The embedded PostgreSQL runs again")]
    private partial void LogStarted();

    [LoggerMessage(LogLevel.Error, "The embedded PostgreSQL cannot be started; next attempt in {Seconds} s")]
    private partial void LogFailed(Exception exception, double seconds);
}
