using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Removes erased users from what clusterings store of them.</summary>
internal static class Erasures
{
    /// <summary>Removes users that were erased while a clustering was computed from the clustering, which is about to be committed.</summary>
    /// <param name="connection">Connection with the transaction that saves the clustering and holds the lock of its row.</param>
    /// <param name="clustering">Id of the clustering.</param>
    /// <param name="cancellation">Cancels the statements.</param>
    public static async Task ApplyAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var erased = new NpgsqlCommand("""
            SELECT coalesce(array_agg(user_id), '{}') FROM erasures WHERE erased_at >= (SELECT started_at FROM clusterings WHERE id = $1)
            """, connection);
        erased.Parameters.AddWithValue(clustering);
        string[] ids = (string[])(await erased.ExecuteScalarAsync(cancellation))!;
        if (ids.Length == 0) return;
        await using var remove = new NpgsqlCommand("DELETE FROM assignments WHERE clustering_id = $1 AND user_id = ANY($2)", connection);
        remove.Parameters.AddWithValue(clustering);
        remove.Parameters.AddWithValue(ids);
        await remove.ExecuteNonQueryAsync(cancellation);
        await RemoveMedoidsAsync(connection, ids, cancellation);
    }

    /// <summary>Removes users from the profiles of all clusters.</summary>
    public static async Task RemoveMedoidsAsync(NpgsqlConnection connection, string[] ids, CancellationToken cancellation)
    {
        await using var remove = new NpgsqlCommand("""
            UPDATE clusters SET profile = jsonb_set(profile, '{medoids}', (profile -> 'medoids') - $1) WHERE profile -> 'medoids' ?| $1
            """, connection);
        remove.Parameters.AddWithValue(ids);
        await remove.ExecuteNonQueryAsync(cancellation);
    }
}
