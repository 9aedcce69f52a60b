using System.Text.Json;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Recommending;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Saves a finished clustering and, if requested, publishes it, all in one transaction.</summary>
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
        await WriteItemsAsync(connection, lease.Id, result.Popularity, cancellation);
        await WritePopulationAsync(connection, lease.Id, result, cancellation);
        if (result.Tree is not null) await WriteTreeAsync(connection, lease.Id, result.Tree, cancellation);
        await WriteModelAsync(connection, lease.Id, request.Encoder, result.Model, cancellation);
        // Locks the row last, so that heartbeats do not wait for the lock while the rows above are written.
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
        var copy = await CopyWriter.BeginAsync(connection, """
            COPY assignments
                (user_id, clustering_id, cluster_number, noise, strength, distance, memberships, vector)
            FROM STDIN (FORMAT binary)
            """, cancellation);
        int width = result.Memberships.Width;
        var memberships = new StoredMembership[width];
        for (int user = 0; user < result.UserIds.Length; user++)
        {
            for (int i = 0; i < width; i++)
            {
                int at = (user * width) + i;
                memberships[i] = new StoredMembership(result.Clusters[result.Memberships.Clusters[at]].Number, result.Memberships.Probabilities[at]);
            }

            copy.BeginRow(8);
            copy.WriteText(result.UserIds[user]);
            copy.Write(id);
            copy.Write(result.Clusters[result.Partition.Nearest[user]].Number.Value);
            copy.Write(result.Partition.Labels[user] == Partition.NoiseLabel);
            copy.Write(result.Partition.Strengths?[user]);
            copy.Write(result.Distances[user]);
            copy.WriteBytes(Packed.AsBytes<StoredMembership>(memberships));
            copy.WriteBytes(Packed.AsBytes<float>(result.Vectors.Row(user)));
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    private static async Task WriteClustersAsync(
        NpgsqlConnection connection, Guid id, IReadOnlyDictionary<ClusterNumber, ClusterId> ids, PipelineResult result, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(connection, """
            COPY clusters (clustering_id, number, cluster_id, label, users, share, cohesion, persistence, centroid, profile) FROM STDIN (FORMAT binary)
            """, cancellation);
        foreach (var cluster in result.Clusters)
        {
            copy.BeginRow(10);
            copy.Write(id);
            copy.Write(cluster.Number.Value);
            copy.Write(ids[cluster.Number].Value);
            copy.WriteText(cluster.Label);
            copy.Write(cluster.Users);
            copy.Write(cluster.Share);
            copy.Write(cluster.Cohesion);
            copy.Write((double?)result.Partition.Persistences?[cluster.Number.Index]);
            copy.WriteArray(cluster.Centroid);
            copy.WriteJsonb(JsonSerializer.SerializeToUtf8Bytes(cluster.Profile, InterestDbContext.JsonOptions));
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
    }

    private static async Task WriteItemsAsync(NpgsqlConnection connection, Guid id, Popularity popularity, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY cluster_items (clustering_id, cluster_number, item_id, users) FROM STDIN (FORMAT binary)", cancellation);
        var lists = popularity.Clusters.Select((items, index) => (Number: ClusterNumber.FromIndex(index), Items: items))
            .Prepend((Number: ClusterItem.Everyone, Items: popularity.Everyone));
        foreach (var (number, items) in lists)
        {
            foreach (var item in items)
            {
                copy.BeginRow(4);
                copy.Write(id);
                copy.Write(number.Value);
                copy.WriteText(item.ItemId);
                copy.Write(item.Users);
                if (copy.IsFull) await copy.FlushAsync(cancellation);
            }
        }

        await copy.CompleteAsync(cancellation);
    }

    private static async Task WritePopulationAsync(NpgsqlConnection connection, Guid id, PipelineResult result, CancellationToken cancellation)
    {
        var copy = await CopyWriter.BeginAsync(
            connection, "COPY population_shares (clustering_id, dimension, name, share) FROM STDIN (FORMAT binary)", cancellation);
        foreach (var share in result.Population)
        {
            copy.BeginRow(4);
            copy.Write(id);
            copy.WriteText(share.Dimension);
            copy.WriteText(share.Name);
            copy.Write(share.Share);
            if (copy.IsFull) await copy.FlushAsync(cancellation);
        }

        await copy.CompleteAsync(cancellation);
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
