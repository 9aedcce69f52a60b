using System.Diagnostics.Metrics;
using Npgsql;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Asks a PostgreSQL server regularly for a sign of life. A server that is frozen or behind a dead network accepts connections and statements
/// and answers none, which no error tells, and Npgsql waits for such a server even to cancel a statement. Thread-safe.
/// </summary>
/// <param name="server">What the log calls the server, and what follows while it is away.</param>
/// <param name="gauge">Name of the metric that is 1 while the server answers.</param>
/// <param name="meters">Creates the metric.</param>
/// <param name="time">The clock of the questions.</param>
/// <param name="logger">Logs when the server is away and when it is back.</param>
internal abstract partial class ServerMonitor((string Name, string WhileAway) server, string gauge, IMeterFactory meters, TimeProvider time, ILogger logger)
    : BackgroundService
{
    /// <summary>Time without an answer after which the server counts as away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The patience in rounds. These and not the time count: rounds become as late as answers when all threads of the process are busy, which would
    /// otherwise take its own slowness for the server's and refuse calls.
    /// </summary>
    private static readonly int _patienceRounds = (int)(Patience / _interval);

    private volatile TaskCompletionSource _away = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True while the server does not answer.</summary>
    public bool IsAway => _away.Task.IsCompleted;

    /// <summary>Completes when the server stops answering; completed while it does not.</summary>
    public Task Away => _away.Task;

    /// <summary>The server; null when there is none, which then is never away.</summary>
    protected abstract string? ConnectionString { get; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (ConnectionString is not { } connectionString) return;
        meters.Service().CreateObservableGauge(gauge, () => IsAway ? 0 : 1, description: $"1 while {server.Name} answers, 0 while it does not.");
        using var timer = new PeriodicTimer(_interval, time);
        int unanswered = 0, waited = 0; // rounds since the last answer, and since the question
        NpgsqlConnection? connection = null;
        Task? question = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                (unanswered, waited) = (unanswered + 1, waited + 1);
                if (question is { IsCompletedSuccessfully: true }) (unanswered, question) = (0, null);
                else if (question is not null && (question.IsCompleted || waited > _patienceRounds))
                {
                    Abandon(connection!, question);
                    (connection, question) = (null, null);
                }

                Report(unanswered > _patienceRounds);
                if (question is not null) continue;
                connection ??= new NpgsqlConnection(ForMonitor(connectionString));
                (question, waited) = (AskAsync(connection), 0);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (connection is not null) Abandon(connection, question ?? Task.CompletedTask);
        }
    }

    /// <summary>A connection of its own: those of the pool may all be waiting for the server.</summary>
    private static string ForMonitor(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
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
            LogAway(server.Name, Patience.TotalSeconds, server.WhileAway);
            _away.SetResult();
        }
        else
        {
            LogBack(server.Name);
            _away = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    [LoggerMessage(LogLevel.Error, "{Server} has not answered for {Seconds} s; {Consequence}")]
    private partial void LogAway(string server, double seconds, string consequence);

    [LoggerMessage(LogLevel.Information, "{Server} answers again")]
    private partial void LogBack(string server);
}
