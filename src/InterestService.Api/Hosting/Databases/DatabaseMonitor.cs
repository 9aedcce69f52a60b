using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Asks PostgreSQL regularly for a sign of life. A server that is frozen or behind a dead network accepts connections and statements and answers
/// none, which no error tells, and Npgsql waits for such a server even to cancel a statement. Thread-safe.
/// </summary>
internal sealed partial class DatabaseMonitor(Database database, IMeterFactory meters, TimeProvider time, ILogger<DatabaseMonitor> logger) : BackgroundService
{
    /// <summary>Time without an answer after which the server counts as away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    private volatile TaskCompletionSource _away = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True while the server does not answer.</summary>
    public bool IsAway => _away.Task.IsCompleted;

    /// <summary>Completes when the server stops answering; completed while it does not.</summary>
    public Task Away => _away.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        meters.Service().CreateObservableGauge("interestservice.database.up", () => IsAway ? 0 : 1, description: "1 while PostgreSQL answers, 0 while it does not.");
        using var timer = new PeriodicTimer(_interval, time);
        long answered = time.GetTimestamp(), asked = answered;
        NpgsqlConnection? connection = null;
        Task? question = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (question is { IsCompletedSuccessfully: true })
                {
                    answered = time.GetTimestamp();
                    question = null;
                }
                else if (question is not null && (question.IsCompleted || time.GetElapsedTime(asked) > Patience))
                {
                    Abandon(connection!, question);
                    (connection, question) = (null, null);
                }

                Report(time.GetElapsedTime(answered) > Patience);
                if (question is not null) continue;
                connection ??= new NpgsqlConnection(ConnectionString());
                (question, asked) = (AskAsync(connection), time.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (connection is not null) Abandon(connection, question ?? Task.CompletedTask);
        }
    }

    /// <summary>A connection of its own: those of the pool may all be waiting for the server.</summary>
    private string ConnectionString() => new NpgsqlConnectionStringBuilder(database.ConnectionString)
    {
        Pooling = false,
        Timeout = 2,
        CommandTimeout = 0,
        ApplicationName = "monitor",
    }.ConnectionString;

    private static async Task AskAsync(NpgsqlConnection connection)
    {
        await Task.Yield();
        if (connection.State != System.Data.ConnectionState.Open) await connection.OpenAsync(CancellationToken.None);
        await using var ask = new NpgsqlCommand("SELECT 1", connection);
        await ask.ExecuteScalarAsync(CancellationToken.None);
    }

    /// <summary>Closes a connection once its question ends, which may never happen; what it answers by then is of no interest.</summary>
    private static void Abandon(NpgsqlConnection connection, Task question) => _ = question.ContinueWith(
        ended =>
        {
            _ = ended.Exception; // observed
            connection.Dispose();
        },
        CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    private void Report(bool isAway)
    {
        if (isAway == IsAway) return;
        if (isAway)
        {
            LogAway(Patience.TotalSeconds);
            _away.SetResult();
        }
        else
        {
            LogBack();
            _away = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LoggerMessage(LogLevel.Error, "PostgreSQL has not answered for {Seconds} s; lookups continue, other calls are refused")]
    private partial void LogAway(double seconds);

    [LoggerMessage(LogLevel.Information, "PostgreSQL answers again")]
    private partial void LogBack();
}

/// <summary>Is unhealthy while the database does not answer.</summary>
internal sealed class DatabaseCheck(DatabaseMonitor monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(monitor.IsAway
            ? HealthCheckResult.Unhealthy($"The database has not answered for {DatabaseMonitor.Patience.TotalSeconds} s; lookups continue.")
            : HealthCheckResult.Healthy());
}
