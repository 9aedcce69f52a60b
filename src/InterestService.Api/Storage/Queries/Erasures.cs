using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Keeps erased users out of uploads and clusterings that began before the erasure.</summary>
internal static class Erasures
{
    /// <summary>
    /// The ids, as an array, that have been erased since the current transaction began. What it holds of them belongs to the erased users.
    /// </summary>
    public const string SinceSql = "(SELECT coalesce(array_agg(DISTINCT user_id), '{}') FROM erasures WHERE erased_at >= now())::text[]";

    private const string SaveLock = "1702392933, 1";
    private const string DrawLock = "1702392933, 2";

    /// <summary>
    /// Waits for the uploads that are drawing batches, and makes others wait until the transaction ends. A transaction that then stores an erasure
    /// knows by <see cref="Arrivals.LastDrawnSql"/> the batches of all uploads that do not take the erasure into account.
    /// </summary>
    public static async Task LockDrawsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var @lock = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({DrawLock})", connection);
        await @lock.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Draws batches for an upload, which must have been announced, and reads what has been erased since it began.</summary>
    /// <param name="connection">Connection with the transaction of the upload.</param>
    /// <param name="batches">Number of batches.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    /// <returns>The batches, and the ids whose events the upload must not store.</returns>
    public static async Task<(long[] Batches, string[] Erased)> DrawAsync(NpgsqlConnection connection, long batches, CancellationToken cancellation)
    {
        // Returning to the savepoint releases the lock, which must not last as long as the merge, and keeps the numbers drawn.
        await using var draw = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("SAVEPOINT draw"),
                new($"SELECT pg_advisory_xact_lock_shared({DrawLock})"),
                new($"SELECT {SinceSql}, (SELECT array_agg(nextval('{InterestDbContext.ArrivalSequence}')) FROM generate_series(1, $1))")
                {
                    Parameters = { new() { Value = batches } },
                },
                new("ROLLBACK TO SAVEPOINT draw"),
            },
        };
        await using var reader = await draw.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetFieldValue<long[]>(1), reader.GetFieldValue<string[]>(0));
    }

    /// <summary>
    /// Removes from a clustering, which is about to be committed, the users whose erased events it may have loaded. Erasures that are
    /// committed from now on wait for the commit in <see cref="AwaitSavesAsync"/> and remove the rest.
    /// </summary>
    /// <param name="connection">Connection with the transaction that saves the clustering.</param>
    /// <param name="clustering">Id of the clustering.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public static async Task ApplyAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using (var @lock = new NpgsqlCommand($"SELECT pg_advisory_xact_lock_shared({SaveLock})", connection))
            await @lock.ExecuteNonQueryAsync(cancellation);
        await using var erased = new NpgsqlCommand("""
            SELECT coalesce(array_agg(user_id), '{}') FROM erasures, clusterings
            WHERE clusterings.id = $1 AND (removed_by IS NULL OR NOT pg_visible_in_snapshot(removed_by, loaded_view::pg_snapshot))
            """, connection);
        erased.Parameters.AddWithValue(clustering);
        string[] ids = (string[])(await erased.ExecuteScalarAsync(cancellation))!;
        if (ids.Length == 0) return;
        await using var remove = new NpgsqlCommand("DELETE FROM assignments WHERE clustering_id = $1 AND user_id = ANY($2)", connection);
        remove.Parameters.AddWithValue(clustering);
        remove.Parameters.AddWithValue(ids);
        await remove.ExecuteNonQueryAsync(cancellation);
        await RemoveMedoidsAsync(connection, clustering, ids, cancellation);
    }

    /// <summary>
    /// Waits for the clusterings that are being committed without the erasures that are committed by now. It must run outside of a
    /// transaction, so that it holds no lock afterwards.
    /// </summary>
    public static async Task AwaitSavesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var @lock = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({SaveLock})", connection) { CommandTimeout = 0 };
        await @lock.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Removes users from the profiles of clusters.</summary>
    /// <param name="connection">Connection with the transaction.</param>
    /// <param name="clustering">The clustering of the clusters; null for all, which the lock of the publication permits to one transaction at a time.</param>
    /// <param name="ids">The users.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    public static async Task RemoveMedoidsAsync(NpgsqlConnection connection, Guid? clustering, string[] ids, CancellationToken cancellation)
    {
        await using var remove = new NpgsqlCommand("""
            UPDATE clusters SET profile = jsonb_set(profile, '{medoids}', (profile -> 'medoids') - $1)
            WHERE ($2 IS NULL OR clustering_id = $2) AND profile -> 'medoids' ?| $1
            """, connection);
        remove.Parameters.AddWithValue(ids);
        remove.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = clustering });
        await remove.ExecuteNonQueryAsync(cancellation);
    }
}
