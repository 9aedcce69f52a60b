using InterestService.Api.Clusterings.Shards;
using InterestService.Api.Publishing;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>
/// Deletes a clustering in two steps, so that nobody waits for millions of rows: it is hidden at once, and its rows are removed afterwards
/// in small transactions. An interrupted removal continues where it stopped.
/// </summary>
internal sealed class ClusteringDeletion(NpgsqlDataSource database)
{
    private const int BatchRows = 10_000;

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(50);

    /// <summary>The tables whose rows grow with users or items; rows of the others go with the row of the clustering.</summary>
    private static readonly string[] _tables = ["assignments", "cluster_items", "item_communities", "population_shares", "shard_users"];

    /// <summary>Hides a clustering that is over from every reader, unless it is published.</summary>
    /// <param name="id">The clustering.</param>
    /// <param name="caller">Who deletes it, for the audit trail.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public async Task<DeletionResult> HideAsync(Guid id, string caller, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // The publisher locks the row too: the statement after this one sees whether it has published the clustering.
        await using var find = new NpgsqlCommand(
            "SELECT 1 FROM clusterings WHERE id = $1 AND deleted_at IS NULL AND state NOT IN ('queued', 'running') FOR UPDATE", connection);
        find.Parameters.AddWithValue(id);
        if (await find.ExecuteScalarAsync(cancellation) is null) return DeletionResult.NotFound;
        // The time of the statement, and not of the transaction, which may have waited for the lock.
        await using var hide = new NpgsqlCommand("""
            UPDATE clusterings SET deleted_at = clock_timestamp()
            WHERE id = $1 AND NOT EXISTS (SELECT FROM publication WHERE clustering_id = $1)
            """, connection);
        hide.Parameters.AddWithValue(id);
        if (await hide.ExecuteNonQueryAsync(cancellation) == 0) return DeletionResult.Published;
        await AuditTrail.WriteAsync(connection, AuditAction.ClusteringDeleted, caller, $"{id}", cancellation);
        await transaction.CommitAsync(cancellation);
        return DeletionResult.Deleted;
    }

    /// <summary>
    /// Finds the hidden clusterings whose rows nobody reads any more: a job that ran when one was hidden may have found it published, and
    /// continue it or compare with it.
    /// </summary>
    public async Task<Guid[]> FindHiddenAsync(CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT coalesce(array_agg(id), '{}') FROM clusterings AS hidden WHERE deleted_at IS NOT NULL
                AND NOT EXISTS (SELECT FROM clusterings AS job WHERE job.state = 'running' AND job.started_at <= hidden.deleted_at)
            """);
        return (Guid[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Finds the clusterings that ended without success after rows of theirs had been saved, which nobody reads.</summary>
    public async Task<Guid[]> FindUnfinishedAsync(CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT coalesce(array_agg(DISTINCT clusterings.id), '{}') FROM clusterings JOIN clustering_shards ON clustering_id = clusterings.id
            WHERE state IN ('failed', 'canceled')
            """);
        return (Guid[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Removes the rows of an unfinished clustering, whose own row stays.</summary>
    public async Task RemoveUnfinishedAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // The first statement waits for workers that are about to commit a shard; the others find their shard gone. The shards go last, so that an
        // interrupted removal is continued.
        await using (var close = Command(connection, $"UPDATE clustering_shards SET finished_step = {ClusteringShard.Closed} WHERE clustering_id = $1", id))
            await close.ExecuteNonQueryAsync(cancellation);
        foreach (string table in (string[])[.. _tables, "merge_trees", "models"]) await EmptyAsync(connection, table, id, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Publisher.LockAsync(connection, cancellation); // before clusters, whose profiles erasures change
        await using var clusters = Command(connection, "DELETE FROM clusters WHERE clustering_id = $1", id);
        await clusters.ExecuteNonQueryAsync(cancellation);
        await ShardPlan.RemoveAsync(connection, id, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Removes the rows of a hidden clustering.</summary>
    public async Task RemoveRowsAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        foreach (string table in _tables) await EmptyAsync(connection, table, id, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Publisher.LockAsync(connection, cancellation); // before clusters, whose profiles erasures change
        await using var delete = Command(connection, "DELETE FROM clusterings WHERE id = $1 AND deleted_at IS NOT NULL", id);
        await delete.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>
    /// Removes the rows of a clustering from a table. It takes many locks in no order, so that it never waits for one: rows that an erasure has locked come
    /// last.
    /// </summary>
    private static async Task EmptyAsync(NpgsqlConnection connection, string table, Guid id, CancellationToken cancellation)
    {
        await using var any = Command(connection, $"SELECT EXISTS (SELECT FROM {table} WHERE clustering_id = $1)", id);
        await using var batch = Command(connection, $"""
            DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE clustering_id = $1 LIMIT {BatchRows} FOR UPDATE SKIP LOCKED))
            """, id);
        while (await any.ExecuteScalarAsync(cancellation) is true)
            if (await batch.ExecuteNonQueryAsync(cancellation) == 0) await Task.Delay(_poll, cancellation);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, Guid id) => new(sql, connection) { Parameters = { new() { Value = id } } };
}

/// <summary>Result of an attempt to delete a clustering.</summary>
internal enum DeletionResult
{
    Deleted,
    NotFound,
    Published,
}
