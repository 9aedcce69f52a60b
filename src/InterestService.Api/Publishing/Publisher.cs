using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Publishing;

/// <summary>Publishes a clustering and notifies every process. The order of its locks is that of the whole service: decisions/0013-order-of-locks.md.</summary>
internal static class Publisher
{
    /// <summary>Publishes a clustering within the caller's transaction. Publishing an earlier one is a rollback.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="id">The clustering.</param>
    /// <param name="caller">Who publishes it, for the audit trail.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <returns>False when the clustering has been deleted.</returns>
    public static async Task<bool> PublishAsync(NpgsqlConnection connection, Guid id, string caller, CancellationToken cancellation)
    {
        await LockAsync(connection, cancellation);
        if (await LockClusteringAsync(connection, id, cancellation) is not { } publishedBefore) return false;
        if (await IsOutdatedAsync(connection, id, cancellation))
        {
            var identities = await ClusterIdentities.DecideAsync(connection, id, cancellation);
            await identities.StoreAsync(connection, id, cancellation);
        }

        await using var publish = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("UPDATE clusterings SET replaced_at = now() WHERE id <> $1 AND id = (SELECT clustering_id FROM publication)")
                {
                    Parameters = { new() { Value = id } },
                },
                new("""
                    INSERT INTO publication (id, clustering_id, version) VALUES (1, $1, 1)
                    ON CONFLICT (id) DO UPDATE SET clustering_id = excluded.clustering_id, version = publication.version + 1
                    """) { Parameters = { new() { Value = id } } },
                new("UPDATE clusterings SET published_at = now(), replaced_at = NULL WHERE id = $1") { Parameters = { new() { Value = id } } },
                AuditTrail.Entry(publishedBefore ? AuditAction.RolledBack : AuditAction.Published, caller, $"{id}"),
                new($"NOTIFY {Publication.Channel}"),
            },
        };
        await publish.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    /// <summary>Locks the publication for the transaction, so that what a decision is based on is still published when it takes effect; readers do not wait.</summary>
    public static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var @lock = new NpgsqlCommand("LOCK TABLE publication IN SHARE ROW EXCLUSIVE MODE", connection);
        await @lock.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Locks the row of a clustering, so that it is not deleted before the transaction ends.</summary>
    /// <returns>Whether it has been published before; null when it has been deleted.</returns>
    private static async Task<bool?> LockClusteringAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT published_at IS NOT NULL FROM clusterings WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE", connection);
        query.Parameters.AddWithValue(id);
        return (bool?)await query.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Returns whether another clustering has been published since a clustering that was never published got its cluster ids.</summary>
    private static async Task<bool> IsOutdatedAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT published_at IS NULL AND based_on IS DISTINCT FROM (SELECT clustering_id FROM publication) FROM clusterings WHERE id = $1
            """, connection);
        query.Parameters.AddWithValue(id);
        return await query.ExecuteScalarAsync(cancellation) is true;
    }
}
