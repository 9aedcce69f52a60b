using System.Text.Json;
using InterestService.Api.Clusterings.Shards;
using InterestService.Api.Jobs;
using InterestService.Api.Publishing;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline;
using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>
/// Saves a clustering and, if requested, publishes it: all in one transaction, or, when the model has users to assign, what was learned first, which
/// nobody reads until the assignments are complete.
/// </summary>
internal static class ClusteringWriter
{
    /// <summary>Saves what was learned.</summary>
    /// <param name="database">The database.</param>
    /// <param name="lease">Lease of the clustering.</param>
    /// <param name="request">Its request.</param>
    /// <param name="result">What was learned.</param>
    /// <param name="loadedBatch">See <see cref="Storage.Entities.Clustering.LoadedBatch"/>.</param>
    /// <param name="shards">Users who come before <see cref="FinishAsync"/>; null: none, and the clustering has succeeded.</param>
    /// <param name="sample">The users of the result, for the steps in shards.</param>
    /// <param name="margins">How much worse than the published clustering it may be.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public static async Task SaveAsync(
        NpgsqlDataSource database, JobLease lease, ClusteringRequest request, PipelineResult result, long loadedBatch, ShardPlan? shards,
        IEnumerable<UserChunk> sample, PublishMargins margins, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        await ClusteringRows.WriteAssignmentsAsync(connection, lease.Id, result, cancellation);
        var identities = await ClusterIdentities.DecideAsync(connection, lease.Id, cancellation);
        await ClusteringRows.WriteClustersAsync(connection, lease.Id, identities.Ids, result, cancellation);
        await ClusteringRows.WriteItemsAsync(connection, lease.Id, result.Popularity, cancellation);
        await ClusteringRows.WritePopulationAsync(connection, lease.Id, result.Population, cancellation);
        await ClusteringRows.WriteCommunitiesAsync(connection, lease.Id, result.Communities, cancellation);
        if (result.Tree is not null) await WriteTreeAsync(connection, lease.Id, result.Tree, cancellation);
        await WriteModelAsync(connection, lease.Id, result.Model, cancellation);
        if (shards is null)
        {
            await SucceedAsync(
                connection, lease, request, result.Metrics, margins, identities, () => WriteSummaryAsync(connection, lease.Id, result, loadedBatch, cancellation), cancellation);
        }
        else
        {
            await shards.StoreAsync(connection, lease.Id, result, cancellation);
            await ShardChunks.WriteAsync(connection, lease.Id, ShardChunks.Sample, sample, cancellation);
            await lease.EnsureHeldAsync(connection, cancellation);
            await WriteSummaryAsync(connection, lease.Id, result, loadedBatch, cancellation);
            await identities.StoreAsync(connection, lease.Id, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Ends a clustering whose shards are all assigned and counted.</summary>
    /// <returns>The number of its users.</returns>
    public static async Task<int> FinishAsync(
        NpgsqlDataSource database, JobLease lease, ClusteringRequest request, ClusteringMetrics metrics, PublishMargins margins, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await JobLease.BeginAsync(connection, cancellation);
        var identities = await ClusterIdentities.DecideAsync(connection, lease.Id, cancellation);
        int users = 0;
        await SucceedAsync(
            connection, lease, request, metrics, margins, identities, async () => users = await ShardPlan.EndAsync(connection, lease.Id, cancellation), cancellation);
        await transaction.CommitAsync(cancellation);
        return users;
    }

    /// <summary>
    /// Ends the transaction's part for which others wait. It takes locks last, so that nobody waits while rows are written; those of the publication first,
    /// as everyone does.
    /// </summary>
    private static async Task SucceedAsync(
        NpgsqlConnection connection, JobLease lease, ClusteringRequest request, ClusteringMetrics metrics, PublishMargins margins,
        ClusterIdentities identities, Func<Task> summarize, CancellationToken cancellation)
    {
        if (request.Publish == "auto") await Publisher.LockAsync(connection, cancellation);
        await lease.EnsureHeldAsync(connection, cancellation);
        await Erasures.ApplyAsync(connection, lease.Id, cancellation);
        await summarize();
        await using (var succeed = new NpgsqlCommand("UPDATE clusterings SET state = 'succeeded', stage = 'save', progress = 1, finished_at = now() WHERE id = $1", connection))
        {
            succeed.Parameters.AddWithValue(lease.Id);
            await succeed.ExecuteNonQueryAsync(cancellation);
        }

        await identities.StoreAsync(connection, lease.Id, cancellation);
        if (request.Publish == "auto") await PublishIfGoodAsync(connection, lease.Id, metrics, margins, cancellation);
    }

    /// <summary>Publishes a clustering that is no worse than the published one; the transaction holds the lock of the publication.</summary>
    private static async Task PublishIfGoodAsync(
        NpgsqlConnection connection, Guid id, ClusteringMetrics metrics, PublishMargins margins, CancellationToken cancellation)
    {
        var gates = await PublishGates.CheckAsync(connection, id, metrics, margins, cancellation);
        await using (var store = new NpgsqlCommand("UPDATE clusterings SET gates = $2::jsonb WHERE id = $1", connection))
        {
            store.Parameters.AddWithValue(id);
            store.Parameters.AddWithValue(JsonSerializer.Serialize(gates, InterestDbContext.JsonOptions));
            await store.ExecuteNonQueryAsync(cancellation);
        }

        if (gates.All(gate => gate.Passed)) await Publisher.PublishAsync(connection, id, AuditTrail.Service, cancellation);
    }

    private static async Task WriteTreeAsync(NpgsqlConnection connection, Guid id, MergeTree tree, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO merge_trees (clustering_id, merges) VALUES ($1, $2::jsonb)", connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(JsonSerializer.Serialize(tree.Merges, InterestDbContext.JsonOptions));
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteModelAsync(NpgsqlConnection connection, Guid id, byte[] content, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand("INSERT INTO models (clustering_id, encoder, content) SELECT id, encoder, $2 FROM clusterings WHERE id = $1", connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(content);
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteSummaryAsync(
        NpgsqlConnection connection, Guid id, PipelineResult result, long loadedBatch, CancellationToken cancellation)
    {
        await using var update = new NpgsqlCommand("""
            UPDATE clusterings SET events = $2, users = $3, items = $4,
                clusters = $5, cleaning = $6::jsonb, metrics = $7::jsonb, loss = NULL, recall_at10 = NULL, epoch = NULL, selection = $8::jsonb,
                sources = $9::jsonb, loaded_batch = $10, assigned_batch = $10, rating_scales = $11::jsonb,
                map = $12::jsonb
            WHERE id = $1
            """, connection);
        update.Parameters.AddWithValue(id);
        update.Parameters.AddWithValue((long)result.EventCount);
        update.Parameters.AddWithValue(result.UserIds.Length);
        update.Parameters.AddWithValue(result.ItemCount);
        update.Parameters.AddWithValue(result.Clusters.Length);
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Cleaning, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Metrics, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(
            result.Selection is null ? DBNull.Value : JsonSerializer.Serialize(result.Selection, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Sources, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(loadedBatch);
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.RatingScales, InterestDbContext.JsonOptions));
        update.Parameters.AddWithValue(JsonSerializer.Serialize(result.Map.Summary, InterestDbContext.JsonOptions));
        await update.ExecuteNonQueryAsync(cancellation);
    }
}
