using System.Text.Json;
using InterestService.Api.Clusterings.Shards;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Projection;
using InterestService.Pipeline.Recommending;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Clusterings;

/// <summary>
/// Profiles, names and evaluates the clusters by all users, once every shard is assigned; until then their rows describe the sample. It may run again:
/// it gives the same.
/// </summary>
internal sealed class ShardedProfile([FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database, ClusterNamer namer)
{
    /// <summary>Writes what describes all users.</summary>
    /// <param name="lease">Lease of the clustering.</param>
    /// <param name="model">The last step.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public async Task WriteAsync(JobLease lease, ShardModel model, CancellationToken cancellation)
    {
        var itemIds = model.Trained.ItemIds;
        var counts = await CountSampleAsync(model, cancellation);
        await foreach (byte[] result in ShardSteps.ReadResultsAsync(database, lease.Id, cancellation)) counts.Add(result);

        var catalogue = new ReferenceData(await Catalogue.ReadAsync(database, [.. itemIds], cancellation), new Dictionary<string, string>()).Describe(itemIds);
        var profiled = ClusterProfiler.Describe(counts.Tally, itemIds, catalogue, model.Step.Centroids, await ReadCommunitiesAsync(lease.Id, cancellation));
        var clusters = await namer.NameAsync(profiled.Clusters, cancellation);
        await MoveSampleAsync(lease, model, cancellation);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (metrics, map) = await EvaluateAsync(connection, lease.Id, counts, cancellation);
        // What takes long is behind: heartbeats and callers wait for the row of the clustering until the end of the transaction.
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        await lease.EnsureHeldAsync(connection, cancellation);
        await StoreAsync(connection, lease.Id, metrics, map, cancellation);
        await ClusteringRows.UpdateClustersAsync(connection, lease.Id, clusters, cancellation);
        foreach (string table in (string[])["cluster_items", "population_shares"])
        {
            await using var remove = new NpgsqlCommand($"DELETE FROM {table} WHERE clustering_id = $1", connection);
            remove.Parameters.AddWithValue(lease.Id);
            await remove.ExecuteNonQueryAsync(cancellation);
        }

        await ClusteringRows.WriteItemsAsync(connection, lease.Id, Popularity.Of(counts.Tally, itemIds), cancellation);
        await ClusteringRows.WritePopulationAsync(connection, lease.Id, profiled.Population, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Counts the users of the sample. Their searches are those that describe clusters.</summary>
    private async Task<ShardCounts> CountSampleAsync(ShardModel model, CancellationToken cancellation)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var chunk in ReadSampleAsync(model, cancellation)) texts.UnionWith(chunk.Texts);
        var counts = new ShardCounts(model.Step, model.Trained.ItemIds.Count, [.. texts]);
        await foreach (var chunk in ReadSampleAsync(model, cancellation)) counts.Add(chunk, model.Nearest(chunk));
        return counts;
    }

    private IAsyncEnumerable<UserChunk> ReadSampleAsync(ShardModel model, CancellationToken cancellation) =>
        ShardChunks.ReadAsync(database, model.Step.Clustering, ShardChunks.Sample, cancellation);

    private async Task<List<ItemCommunity>> ReadCommunitiesAsync(Guid clustering, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT item_id, community FROM item_communities WHERE clustering_id = $1");
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var communities = new List<ItemCommunity>();
        while (await reader.ReadAsync(cancellation)) communities.Add(new ItemCommunity(reader.GetString(0), reader.GetString(1)));
        return communities;
    }

    /// <summary>Stores the clusters of the users of the sample whom moved centroids may have changed; their rows have been there since it trained.</summary>
    private async Task MoveSampleAsync(JobLease lease, ShardModel model, CancellationToken cancellation)
    {
        if (!model.Step.MovesCentroids) return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await foreach (var chunk in ReadSampleAsync(model, cancellation))
        {
            await using var transaction = await JobLease.BeginAsync(connection, cancellation);
            await lease.EnsureHeldAsync(connection, cancellation);
            await MoveAsync(connection, model, [.. ShardAssignment.Place(model, chunk, model.Nearest(chunk)).Where((_, user) => chunk.Fixed[user] == UserChunk.Free)], cancellation);
            await transaction.CommitAsync(cancellation);
        }
    }

    private static async Task MoveAsync(NpgsqlConnection connection, ShardModel model, Placement[] placements, CancellationToken cancellation)
    {
        await using var move = new NpgsqlCommand("""
            UPDATE assignments SET cluster_number = moved.number, noise = moved.noise, distance = moved.distance, memberships = moved.memberships
            FROM unnest($2, $3, $4, $5, $6) AS moved (user_id, number, noise, distance, memberships)
            WHERE clustering_id = $1 AND assignments.user_id = moved.user_id
                AND (assignments.noise, assignments.distance, assignments.memberships) IS DISTINCT FROM (moved.noise, moved.distance, moved.memberships)
            """, connection);
        move.Parameters.AddWithValue(model.Step.Clustering);
        move.Parameters.AddWithValue(placements.Select(placement => placement.UserId).ToArray());
        move.Parameters.AddWithValue(placements.Select(placement => placement.ClusterNumber.Value).ToArray());
        move.Parameters.AddWithValue(placements.Select(placement => placement.Noise).ToArray());
        move.Parameters.AddWithValue(placements.Select(placement => placement.Distance).ToArray());
        move.Parameters.AddWithValue(placements.Select(placement => Packed.Pack<StoredMembership>(placement.Memberships)).ToArray());
        await move.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Computes the metrics of all users, and counts how many of them the map shows.</summary>
    private static async Task<(ClusteringMetrics Metrics, MapSummary Map)> EvaluateAsync(
        NpgsqlConnection connection, Guid clustering, ShardCounts counts, CancellationToken cancellation)
    {
        var (metrics, map) = await ReadSummariesAsync(connection, clustering, cancellation);
        metrics = metrics.WithSeparation(counts.Separation).WithAgreement(await CountGroupsAsync(connection, clustering, cancellation));
        await using var count = new NpgsqlCommand("SELECT count(*)::int FROM assignments WHERE clustering_id = $1 AND map_x IS NOT NULL", connection);
        count.Parameters.AddWithValue(clustering);
        return (metrics, map.Extend((int)counts.Separation.Points, (int)(await count.ExecuteScalarAsync(cancellation))!));
    }

    private static async Task StoreAsync(
        NpgsqlConnection connection, Guid clustering, ClusteringMetrics metrics, MapSummary map, CancellationToken cancellation)
    {
        await using var store = new NpgsqlCommand("UPDATE clusterings SET metrics = $2, map = $3 WHERE id = $1", connection);
        store.Parameters.AddWithValue(clustering);
        store.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(metrics, InterestDbContext.JsonOptions));
        store.Parameters.AddWithValue(NpgsqlDbType.Jsonb, JsonSerializer.Serialize(map, InterestDbContext.JsonOptions));
        await store.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<(ClusteringMetrics Metrics, MapSummary Map)> ReadSummariesAsync(
        NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var read = new NpgsqlCommand("SELECT metrics, map FROM clusterings WHERE id = $1", connection);
        read.Parameters.AddWithValue(clustering);
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (Read<ClusteringMetrics>(0), Read<MapSummary>(1));

        T Read<T>(int column) => JsonSerializer.Deserialize<T>(reader.GetString(column), InterestDbContext.JsonOptions)!;
    }

    /// <summary>Counts the users of known groups by cluster, noise as one more, and group.</summary>
    private static async Task<ContingencyTable> CountGroupsAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT CASE WHEN noise THEN 0 ELSE cluster_number END, dense_rank() OVER (ORDER BY label)::int, count(*)
            FROM (SELECT DISTINCT ON (1) coalesce(link.user_id, own.user_id) AS user_id, label FROM user_labels AS own LEFT JOIN user_links AS link ON alias = own.user_id ORDER BY 1, label) AS known
            JOIN assignments USING (user_id) WHERE clustering_id = $1 GROUP BY 1, label
            """, connection);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var cells = new List<(int, int, long)>();
        while (await reader.ReadAsync(cancellation)) cells.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2)));
        return new ContingencyTable(cells);
    }
}
