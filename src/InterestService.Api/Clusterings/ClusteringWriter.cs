using System.Text.Json;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Recommending;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Clusterings;

/// <summary>Saves a finished clustering and, when asked to, publishes it, all in one transaction.</summary>
internal static class ClusteringWriter
{
    public static async Task SaveAsync(
        NpgsqlDataSource database, JobLease lease, ClusteringRequest request, PipelineResult result,
        PublishMargins margins, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await WriteAssignmentsAsync(connection, lease.Id, result, cancellation);
        var identities = await ClusterIdentities.DecideAsync(connection, lease.Id, cancellation);
        await WriteClustersAsync(connection, lease.Id, identities.Ids, result, cancellation);
        await ClusterItemsWriter.WriteAsync(connection, lease.Id, result.Popularity, cancellation);
        await WritePopulationAsync(connection, lease.Id, result, cancellation);
        if (result.Tree is not null) await WriteTreeAsync(connection, lease.Id, result.Tree, cancellation);
        await WriteModelAsync(connection, lease.Id, request.Encoder, result.Model, cancellation);
        // Last, so that heartbeats are not kept waiting for the row's lock while the rows above are written.
        await lease.EnsureHeldAsync(connection, cancellation);
        await Erasures.ApplyAsync(connection, lease.Id, cancellation);
        await WriteSummaryAsync(connection, lease.Id, result, cancellation);
        await identities.StoreAsync(connection, lease.Id, cancellation);
        if (request.Publish == "auto") await PublishIfGoodAsync(connection, lease.Id, result.Metrics, margins, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task PublishIfGoodAsync(
        NpgsqlConnection connection, Guid id, ClusteringMetrics metrics, PublishMargins margins, CancellationToken cancellation)
    {
        await Publisher.LockAsync(connection, cancellation);
        var gates = await PublishGates.CheckAsync(connection, metrics, margins, cancellation);
        await using (var store = new NpgsqlCommand("UPDATE clusterings SET gates = $2::jsonb WHERE id = $1", connection))
        {
            store.Parameters.AddWithValue(id);
            store.Parameters.AddWithValue(JsonSerializer.Serialize(gates, InterestDbContext.JsonOptions));
            await store.ExecuteNonQueryAsync(cancellation);
        }

        if (gates.All(gate => gate.Passed)) await Publisher.PublishAsync(connection, id, cancellation);
    }

    private static async Task WriteAssignmentsAsync(NpgsqlConnection connection, Guid id, PipelineResult result, CancellationToken cancellation)
    {
        await using var writer = await connection.BeginBinaryImportAsync("""
            COPY assignments
                (user_id, clustering_id, cluster_number, noise, strength, distance, memberships, vector)
            FROM STDIN (FORMAT binary)
            """, cancellation);
        writer.Timeout = TimeSpan.FromMinutes(5);
        int width = result.Memberships.Width;
        var memberships = new StoredMembership[width];
        for (int user = 0; user < result.UserIds.Length; user++)
        {
            for (int i = 0; i < width; i++)
            {
                int at = (user * width) + i;
                memberships[i] = new StoredMembership(result.Clusters[result.Memberships.Clusters[at]].Number, result.Memberships.Probabilities[at]);
            }

            await writer.StartRowAsync(cancellation);
            await writer.WriteAsync(result.UserIds[user], NpgsqlDbType.Text, cancellation);
            await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
            await writer.WriteAsync(result.Clusters[result.Partition.Nearest[user]].Number, NpgsqlDbType.Integer, cancellation);
            await writer.WriteAsync(result.Partition.Labels[user] == Partition.NoiseLabel, NpgsqlDbType.Boolean, cancellation);
            if (result.Partition.Strengths is { } strengths) await writer.WriteAsync(strengths[user], NpgsqlDbType.Real, cancellation);
            else await writer.WriteNullAsync(cancellation);
            await writer.WriteAsync(result.Distances[user], NpgsqlDbType.Real, cancellation);
            await writer.WriteAsync(Packed.Pack<StoredMembership>(memberships), NpgsqlDbType.Bytea, cancellation);
            await writer.WriteAsync(Packed.Pack<float>(result.Vectors.Row(user)), NpgsqlDbType.Bytea, cancellation);
        }

        await writer.CompleteAsync(cancellation);
    }

    private static async Task WriteClustersAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyDictionary<int, int> ids, PipelineResult result, CancellationToken cancellation)
    {
        await using var writer = await connection.BeginBinaryImportAsync("""
            COPY clusters (clustering_id, number, cluster_id, label, users, share, cohesion, persistence, centroid, profile) FROM STDIN (FORMAT binary)
            """, cancellation);
        writer.Timeout = TimeSpan.FromMinutes(5);
        foreach (var cluster in result.Clusters)
        {
            await writer.StartRowAsync(cancellation);
            await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
            await writer.WriteAsync(cluster.Number, NpgsqlDbType.Integer, cancellation);
            await writer.WriteAsync(ids[cluster.Number], NpgsqlDbType.Integer, cancellation);
            await writer.WriteAsync(cluster.Label, NpgsqlDbType.Text, cancellation);
            await writer.WriteAsync(cluster.Users, NpgsqlDbType.Integer, cancellation);
            await writer.WriteAsync(cluster.Share, NpgsqlDbType.Double, cancellation);
            await writer.WriteAsync(cluster.Cohesion, NpgsqlDbType.Double, cancellation);
            if (result.Partition.Persistences is { } persistences)
                await writer.WriteAsync((double)persistences[cluster.Number - 1], NpgsqlDbType.Double, cancellation);
            else await writer.WriteNullAsync(cancellation);
            await writer.WriteAsync(cluster.Centroid, NpgsqlDbType.Array | NpgsqlDbType.Real, cancellation);
            await writer.WriteAsync(JsonSerializer.Serialize(cluster.Profile, InterestDbContext.JsonOptions), NpgsqlDbType.Jsonb, cancellation);
        }

        await writer.CompleteAsync(cancellation);
    }

    private static async Task WritePopulationAsync(NpgsqlConnection connection, Guid id, PipelineResult result, CancellationToken cancellation)
    {
        await using var writer = await connection.BeginBinaryImportAsync(
            "COPY population_shares (clustering_id, dimension, name, share) FROM STDIN (FORMAT binary)", cancellation);
        writer.Timeout = TimeSpan.FromMinutes(5);
        foreach (var share in result.Population)
        {
            await writer.StartRowAsync(cancellation);
            await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
            await writer.WriteAsync(share.Dimension, NpgsqlDbType.Text, cancellation);
            await writer.WriteAsync(share.Name, NpgsqlDbType.Text, cancellation);
            await writer.WriteAsync(share.Share, NpgsqlDbType.Double, cancellation);
        }

        await writer.CompleteAsync(cancellation);
    }

    private static async Task WriteTreeAsync(NpgsqlConnection connection, Guid id, MergeTree tree, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO merge_trees (clustering_id, merges) VALUES ($1, $2::jsonb)", connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(JsonSerializer.Serialize(tree.Merges, InterestDbContext.JsonOptions));
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteModelAsync(NpgsqlConnection connection, Guid id, string encoder, byte[] content, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO models (clustering_id, encoder, content) VALUES ($1, $2, $3)", connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(encoder);
        insert.Parameters.AddWithValue(content);
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteSummaryAsync(NpgsqlConnection connection, Guid id, PipelineResult result, CancellationToken cancellation)
    {
        await using var update = new NpgsqlCommand("""
            UPDATE clusterings SET state = 'succeeded', stage = 'save', progress = 1, finished_at = now(), events = $2, users = $3, items = $4,
                clusters = $5, cleaning = $6::jsonb, metrics = $7::jsonb, loss = $8, selection = $9::jsonb, sources = $10::jsonb
            WHERE id = $1
            """, connection);
        update.Parameters.AddWithValue(id);
        update.Parameters.AddWithValue((long)result.EventCount);
        update.Parameters.AddWithValue(result.UserIds.Length);
        update.Parameters.AddWithValue(result.ItemCount);
        update.Parameters.AddWithValue(result.Clusters.Length);
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Cleaning, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Metrics, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(result.Metrics.TrainingLoss.Count == 0 ? DBNull.Value : result.Metrics.TrainingLoss[^1]);
        update.Parameters.AddWithValue(
            result.Selection is null ? DBNull.Value : JsonSerializer.Serialize(result.Selection, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Sources, InterestDbContext.JsonOptions));
        await update.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Saves which items the users of a clustering came to.</summary>
internal static class ClusterItemsWriter
{
    public static async Task WriteAsync(NpgsqlConnection connection, Guid id, Popularity popularity, CancellationToken cancellation)
    {
        await using var writer = await connection.BeginBinaryImportAsync(
            "COPY cluster_items (clustering_id, cluster_number, item_id, users) FROM STDIN (FORMAT binary)", cancellation);
        writer.Timeout = TimeSpan.FromMinutes(5);
        await WriteAsync(ClusterItem.Everyone, popularity.Everyone);
        foreach (var (cluster, items) in popularity.Clusters.Index()) await WriteAsync(cluster + 1, items);
        await writer.CompleteAsync(cancellation);

        async Task WriteAsync(int number, IReadOnlyList<ItemUsers> items)
        {
            foreach (var item in items)
            {
                await writer.StartRowAsync(cancellation);
                await writer.WriteAsync(id, NpgsqlDbType.Uuid, cancellation);
                await writer.WriteAsync(number, NpgsqlDbType.Integer, cancellation);
                await writer.WriteAsync(item.ItemId, NpgsqlDbType.Text, cancellation);
                await writer.WriteAsync(item.Users, NpgsqlDbType.Integer, cancellation);
            }
        }
    }
}
