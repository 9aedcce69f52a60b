using System.Data;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Storage.Entities;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Holds the snapshot of the published clustering and keeps it up to date.</summary>
internal sealed partial class PublishedSnapshot(
    NpgsqlDataSource database, IOptions<InterestServiceOptions> options, IMeterFactory meters, ILogger<PublishedSnapshot> logger)
    : DatabaseFollower(database, Publication.Channel, logger)
{
    /// <summary>What happened in a longer time without the database cannot be followed: erasures are kept for a day only.</summary>
    private static readonly TimeSpan _followed = TimeSpan.FromHours(12);

    private readonly UserPart? _part = options.Value.Part;
    private long _refreshedAt;
    private volatile Snapshot? _current;
    private volatile bool _loaded;
    private volatile bool _restored;

    /// <summary>Null while nothing is published.</summary>
    public Snapshot? Current => _current;

    /// <summary>True once the publication has been read; it remains true while PostgreSQL is unreachable.</summary>
    public bool IsLoaded => _loaded;

    /// <summary>True while the snapshot is a saved one, and PostgreSQL has not been read since the start.</summary>
    public bool IsRestored => _restored;

    /// <summary>Time since the publication was read last; null before the first time.</summary>
    public TimeSpan? Age => _loaded ? Stopwatch.GetElapsedTime(Volatile.Read(ref _refreshedAt)) : null;

    /// <summary>Answers from a saved snapshot until PostgreSQL is back; called before the start.</summary>
    public void Restore(Snapshot snapshot)
    {
        _current = snapshot;
        _loaded = _restored = true;
        LogRestored(snapshot.ClusteringId, snapshot.PersonCount);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        SnapshotInstruments.Observe(meters, this);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Reads all tables as of one moment, whatever is published or deleted in the meantime.
        await using var view = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var publication = await SnapshotLoader.ReadPublicationAsync(connection, cancellation);
        if (publication is not null) _current = await FollowAsync(connection, _current, publication, cancellation);
        Volatile.Write(ref _refreshedAt, Stopwatch.GetTimestamp());
        _loaded = true;
        _restored = false;
    }

    private async Task<Snapshot> FollowAsync(
        NpgsqlConnection connection, Snapshot? current, SnapshotLoader.PublicationRow now, CancellationToken cancellation)
    {
        if (_restored || current?.Publication.Version != now.Version || Stopwatch.GetElapsedTime(_refreshedAt) > _followed)
        {
            current = await SnapshotLoader.LoadAsync(connection, now, _part, cancellation);
            LogSwapped(now.ClusteringId, current.PersonCount, current.Clusters.Count());
        }
        else
        {
            var known = current.Publication;
            if (known.People != now.People)
            {
                var people = await SnapshotLoader.UpdatePeopleAsync(connection, current, _part, known.Links != now.Links, cancellation);
                current = current.With(now with { View = known.View }, people);
            }

            if (known.Names != now.Names)
                current = current.With(now with { View = known.View }, await SnapshotLoader.ReadNamesAsync(connection, cancellation));
        }

        if (current.Increments == now.Increments) return current;
        return current.With(await SnapshotLoader.ReadIncrementalAsync(connection, current, _part, cancellation), now.Increments);
    }

    [LoggerMessage(LogLevel.Information, "Lookups answer from clustering {ClusteringId}: {Users} users in {Clusters} clusters")]
    private partial void LogSwapped(Guid clusteringId, int users, int clusters);

    [LoggerMessage(LogLevel.Warning, "PostgreSQL is away; lookups answer from the saved clustering {ClusteringId} with {Users} users until it is back")]
    private partial void LogRestored(Guid clusteringId, int users);
}
