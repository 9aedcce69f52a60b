using Npgsql;

namespace InterestService.Api.Hosting.Databases;

/// <summary>
/// Keeps in memory what the database holds: reads it when the host starts, whenever a transaction announces a change, and every few seconds in
/// case an announcement was lost with its connection. While the database is away, the last known state remains. Thread-safe.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="channel">The channel on which changes are announced (<c>NOTIFY</c>).</param>
/// <param name="logger">Logs failed reads.</param>
internal abstract partial class DatabaseFollower(NpgsqlDataSource database, string channel, ILogger logger) : BackgroundService
{
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly Lock _joining = new();
    private Task _last = Task.CompletedTask; // the refresh that was asked for last
    private Task? _waiting; // it, until it begins

    /// <summary>Time after which the database is read without an announcement, and between attempts while it is away.</summary>
    protected virtual TimeSpan Interval => TimeSpan.FromSeconds(2);

    /// <summary>
    /// Reads now, so that a caller who has learned of a change finds it. Callers share the first read that begins after their call, so that
    /// many need one connection.
    /// </summary>
    public Task RefreshAsync(CancellationToken cancellation)
    {
        lock (_joining)
        {
            _waiting ??= _last = RefreshAfterAsync(_last);
            return _waiting.WaitAsync(cancellation);
        }
    }

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    /// <summary>Reads the state; one call at a time.</summary>
    protected abstract Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellation);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception, GetType().Name, Interval);
                await Task.Delay(Interval, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        bool announced = false;
        connection.Notification += (_, _) => announced = true;
        await using (var listen = new NpgsqlCommand($"LISTEN {channel}", connection)) await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
        {
            announced = false;
            await RefreshAsync(connection, cancellation);
            // A change that was committed while the database was read may be missing from what was read, and waiting does not end by its
            // announcement, which has arrived by then.
            if (!announced) await connection.WaitAsync(Interval, cancellation);
        }
    }

    private async Task RefreshAfterAsync(Task before)
    {
        await Task.Yield(); // until the caller has left the lock
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_joining) _waiting = null;
        await using var connection = await database.OpenConnectionAsync();
        await RefreshAsync(connection, CancellationToken.None);
    }

    private async Task RefreshAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            await ReadAsync(connection, cancellation);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Service} cannot follow the database and continues from memory; next attempt in {Interval}")]
    private partial void LogFailed(Exception exception, string service, TimeSpan interval);
}
