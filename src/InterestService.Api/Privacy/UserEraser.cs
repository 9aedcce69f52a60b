using InterestService.Api.Publishing;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Takes all that is known of a person out of the database.</summary>
internal sealed class UserEraser(NpgsqlDataSource database)
{
    public async Task EraseAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        string[] ids = await NoteAsync(connection, id, cancellation);
        await RemoveAsync(connection, ids, cancellation);
    }

    /// <summary>Takes out of a clustering that is about to be committed whoever was erased while it was computed.</summary>
    /// <param name="connection">In the transaction that saves the clustering, which holds its row's lock.</param>
    /// <param name="clustering">The clustering.</param>
    /// <param name="cancellation">Of the job.</param>
    public static async Task RemoveErasedAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
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

    /// <summary>Commits first that the ids are erased: a clustering that is saved from now on sees it.</summary>
    private static async Task<string[]> NoteAsync(NpgsqlConnection connection, string id, CancellationToken cancellation)
    {
        await using var note = new NpgsqlCommand($"""
            WITH noted AS (INSERT INTO erasures (user_id, erased_at) SELECT id, now() FROM {PersonSql.AllIdsSql} AS person (id) RETURNING user_id)
            SELECT array_agg(user_id) FROM noted
            """, connection);
        note.Parameters.AddWithValue(id);
        return (string[])(await note.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task RemoveAsync(NpgsqlConnection connection, string[] ids, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Waits for a clustering that is being committed: those before it saw the note, this one is seen.
        string[] statements =
        [
            "SELECT FROM clusterings WHERE state = 'running' FOR UPDATE",
            "UPDATE publication SET erasures = erasures + 1", // waits for an increment in the same way
            "DELETE FROM events WHERE user_id = ANY($1)",
            "DELETE FROM assignments WHERE user_id = ANY($1)",
            "DELETE FROM user_labels WHERE user_id = ANY($1)",
            "DELETE FROM user_links WHERE alias = ANY($1)",
            "DELETE FROM opt_outs WHERE user_id = ANY($1)",
        ];
        foreach (string statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            if (statement.Contains("$1", StringComparison.Ordinal)) command.Parameters.AddWithValue(ids);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await RemoveMedoidsAsync(connection, ids, cancellation);
        await using (var notify = new NpgsqlCommand($"NOTIFY {Publisher.Channel}", connection)) await notify.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task RemoveMedoidsAsync(NpgsqlConnection connection, string[] ids, CancellationToken cancellation)
    {
        await using var remove = new NpgsqlCommand("""
            UPDATE clusters SET profile = jsonb_set(profile, '{medoids}', (profile -> 'medoids') - $1) WHERE profile -> 'medoids' ?| $1
            """, connection);
        remove.Parameters.AddWithValue(ids);
        await remove.ExecuteNonQueryAsync(cancellation);
    }
}
