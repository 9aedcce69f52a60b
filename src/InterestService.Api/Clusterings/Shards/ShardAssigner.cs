using System.Text.Json;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Clusterings.Shards;

/// <summary>
/// Assigns the users of a shard by the model of its clustering. Any worker may do it, under the lease of the shard: its assignments are stored in one
/// transaction, and depend on nothing but the model and the users' own events. Thread-safe.
/// </summary>
internal sealed partial class ShardAssigner(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    TimeProvider time,
    ILogger<ShardAssigner> logger)
{
    /// <summary>Number of persons whose events are in memory at a time.</summary>
    private const int ChunkUsers = 2000;

    /// <summary>Assigns the users of a shard unless that is done, its clustering is over, or another worker does it.</summary>
    /// <param name="model">The model of the clustering.</param>
    /// <param name="id">The shard.</param>
    /// <param name="cancellation">Stops the work; nothing is stored then.</param>
    /// <returns>Whether this call has done it.</returns>
    /// <exception cref="LeaseLostException">Another worker has taken the shard over.</exception>
    public async Task<bool> AssignAsync(ShardModel model, Guid id, CancellationToken cancellation)
    {
        await using var lease = await Lease.TakeAsync(database, time, id, cancellation);
        if (lease is null || await FindAsync(id, cancellation) is not { } shard) return false;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.Lost);
        try
        {
            var placed = await PlaceAsync(model, shard, stop.Token);
            await StoreAsync(lease, id, shard, placed, stop.Token);
            LogAssigned(shard.Number, shard.Clustering, placed.Placements.Count);
            return true;
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            throw new LeaseLostException(id);
        }
    }

    private async Task<Shard?> FindAsync(Guid id, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT clustering_id, number, sample_buckets, first_user, next_user, request, created_at
            FROM clustering_shards AS shard JOIN clusterings ON clusterings.id = clustering_id
            WHERE shard.id = $1 AND shard.finished_at IS NULL AND state = 'running' AND NOT cancel_requested
            """);
        query.Parameters.AddWithValue(id);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        var request = JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(5), InterestDbContext.JsonOptions)!;
        return new Shard(
            reader.GetGuid(0), reader.GetInt32(1), request.Parameters.MinimumUserItems ?? 1,
            new ShardEvents(EventWindow.Create(request, reader.GetDateTime(6)), new TrainingSample(reader.GetInt32(2)), reader.GetString(3), reader.TextOrNull(4)));
    }

    private async Task<Placed> PlaceAsync(ShardModel model, Shard shard, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var placements = new List<Placement>();
        long events = 0;
        await foreach (var read in shard.Events.ReadAsync(connection, ChunkUsers, cancellation))
        {
            using var log = read;
            events += log.EventCount;
            var newItems = await NewItems.ReadAsync(database, model.Trained, log, cancellation);
            placements.AddRange(Placements.Compute(model.Trained, model.Reach, log, newItems, cancellation, shard.MinimumItems));
        }

        int[] clusterUsers = new int[model.Trained.Centroids.Rows];
        foreach (var placement in placements) clusterUsers[placement.ClusterNumber.Index]++;
        return new Placed(placements, events, clusterUsers);
    }

    private async Task StoreAsync(Lease lease, Guid id, Shard shard, Placed placed, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        await WriteAsync(connection, shard.Clustering, placed.Placements, cancellation);
        await lease.EnsureHeldAsync(connection, cancellation);
        await using var finish = new NpgsqlCommand("""
            UPDATE clustering_shards SET finished_at = now(), events = $2, cluster_users = $3 WHERE id = $1 AND finished_at IS NULL
            """, connection);
        finish.Parameters.AddWithValue(id);
        finish.Parameters.AddWithValue(placed.Events);
        finish.Parameters.AddWithValue(placed.ClusterUsers);
        // The shard is closed or gone when the clustering is over, and the assignments must not outlive it.
        if (await finish.ExecuteNonQueryAsync(cancellation) == 1) await transaction.CommitAsync(cancellation);
    }

    private static async Task WriteAsync(
        NpgsqlConnection connection, Guid clustering, IReadOnlyList<Placement> placements, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY assignments (user_id, clustering_id, cluster_number, noise, distance, memberships, vector) FROM STDIN (FORMAT binary)", cancellation);
        foreach (var placement in placements)
        {
            copy.BeginRow(7);
            copy.WriteText(placement.UserId);
            copy.Write(clustering);
            copy.Write(placement.ClusterNumber.Value);
            copy.Write(placement.Noise);
            copy.Write(placement.Distance);
            copy.WriteBytes(Packed.AsBytes<StoredMembership>(placement.Memberships));
            copy.WriteBytes(Packed.AsBytes<float>(placement.Vector));
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    private sealed record Shard(Guid Clustering, int Number, int MinimumItems, ShardEvents Events);

    private sealed record Placed(List<Placement> Placements, long Events, int[] ClusterUsers);

    [LoggerMessage(LogLevel.Information, "Shard {Number} of clustering {Clustering} is assigned: {Users} users")]
    private partial void LogAssigned(int number, Guid clustering, int users);
}
