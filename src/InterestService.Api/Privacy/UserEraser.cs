using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>Removes everything that is stored of a person.</summary>
internal sealed class UserEraser(NpgsqlDataSource database)
{
    public async Task EraseAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        string[] ids = await NoteAsync(connection, id, cancellation);
        await RemoveAsync(connection, ids, cancellation);
    }

    /// <summary>Commits the erasure of the ids before anything is removed, so that a clustering that is saved from now on applies it.</summary>
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
        // Waits for a clustering that is being committed without the note above; its rows are then removed below.
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

        await Erasures.RemoveMedoidsAsync(connection, ids, cancellation);
        await using (var notify = new NpgsqlCommand($"NOTIFY {Publication.Channel}", connection)) await notify.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
