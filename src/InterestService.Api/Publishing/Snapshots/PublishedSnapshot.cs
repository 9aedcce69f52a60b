using System.Data;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using InterestService.Api.Publishing.People;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// Holds the snapshot of the published clustering and keeps it up to date: it listens for notifications, and polls every few seconds in case
/// one was lost with its connection.
/// </summary>
internal sealed partial class PublishedSnapshot(NpgsqlDataSource database, IMeterFactory meters, ILogger<PublishedSnapshot> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(2);

    /// <summary>What happened in a longer time without the database cannot be followed: erasures are kept for a day only.</summary>
    private static readonly TimeSpan _followed = TimeSpan.FromHours(12);

    private long _refreshedAt;
    private volatile Snapshot? _current;
    private readonly SemaphoreSlim _refreshing = new(1);
    private volatile bool _loaded;

    /// <summary>Null while nothing is published.</summary>
    public Snapshot? Current => _current;

    /// <summary>True once the publication has been read; it remains true while PostgreSQL is unreachable.</summary>
    public bool IsLoaded => _loaded;

    /// <summary>Time since the publication was read last; null before the first time.</summary>
    public TimeSpan? Age => _loaded ? Stopwatch.GetElapsedTime(Volatile.Read(ref _refreshedAt)) : null;

    /// <summary>Updates the snapshot now, so that a caller who has learned of a publish finds it.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RefreshAsync(connection, cancellation);
    }

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        SnapshotInstruments.Observe(meters, this);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception, _interval);
                await Task.Delay(_interval, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var listen = new NpgsqlCommand($"LISTEN {Publication.Channel}", connection)) await listen.ExecuteNonQueryAsync(cancellation);
        while (true)
        {
            await RefreshAsync(connection, cancellation);
            await connection.WaitAsync(_interval, cancellation);
        }
    }

    private async Task RefreshAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await _refreshing.WaitAsync(cancellation);
        try
        {
            // Reads all tables as of one moment, whatever is published or deleted in the meantime.
            await using var view = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var publication = await SnapshotLoader.ReadPublicationAsync(connection, cancellation);
            if (publication is not null) _current = await FollowAsync(connection, _current, publication, cancellation);
            Volatile.Write(ref _refreshedAt, Stopwatch.GetTimestamp());
            _loaded = true;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task<Snapshot> FollowAsync(
        NpgsqlConnection connection, Snapshot? current, SnapshotLoader.PublicationRow now, CancellationToken cancellation)
    {
        if (current?.Publication.Version != now.Version || Stopwatch.GetElapsedTime(_refreshedAt) > _followed)
        {
            current = await SnapshotLoader.LoadAsync(connection, now, cancellation);
            LogSwapped(now.ClusteringId, current.PersonCount, current.Clusters.Count());
        }
        else
        {
            var known = current.Publication;
            if (known.People != now.People)
            {
                var people = await PeopleLoader.UpdateAsync(connection, current.People, known.View, known.Links != now.Links, cancellation);
                current = current.With(now with { View = known.View }, people);
            }

            if (known.Names != now.Names)
                current = current.With(now with { View = known.View }, await SnapshotLoader.ReadNamesAsync(connection, cancellation));
        }

        if (current.Increments == now.Increments) return current;
        return current.With(await SnapshotLoader.ReadIncrementalAsync(connection, current, cancellation), now.Increments);
    }

    [LoggerMessage(LogLevel.Information, "Lookups answer from clustering {ClusteringId}: {Users} users in {Clusters} clusters")]
    private partial void LogSwapped(Guid clusteringId, int users, int clusters);

    [LoggerMessage(LogLevel.Warning, "The published clustering cannot be followed; lookups continue from memory, next attempt in {Interval}")]
    private partial void LogFailed(Exception exception, TimeSpan interval);
}
