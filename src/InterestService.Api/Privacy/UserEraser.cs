using InterestService.Api.Publishing;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>
/// Removes everything that is stored of a person. The erasure of the ids is committed first: a clustering that is saved from then on applies
/// it, and <see cref="ErasureSweeper"/> resumes it if the removal fails.
/// </summary>
internal sealed class UserEraser(NpgsqlDataSource database)
{
    private const string LastPending = "SELECT max(id), max(last_batch) FROM erasures WHERE removed_by IS NULL";
    private const string IsPending = "removed_by IS NULL AND erasures.id <= $1";
    private const string Pending = $"SELECT coalesce(array_agg(DISTINCT user_id), '{{}}') FROM erasures WHERE {IsPending}";

    // Later batches belong to a new user.
    private const string RemoveEvents = $"""
        WITH removed AS (
            DELETE FROM events WHERE user_id = ANY($2)
                AND arrival < ((SELECT max(last_batch) FROM erasures WHERE {IsPending} AND erasures.user_id = events.user_id) + 1) << 20
            RETURNING item_id
        )
        INSERT INTO erased_items (item_id) SELECT DISTINCT item_id FROM removed WHERE item_id IS NOT NULL
        """;

    private const string RemoveJoins = $"""
        DELETE FROM user_joins USING erasures
        WHERE (user_joins.user_id = ANY($2) OR alias = ANY($2)) AND erasures.user_id IN (user_joins.user_id, alias)
            AND {IsPending} AND sent_at <= erased_at
        """;

    private const string RemoveAssignments = "DELETE FROM assignments WHERE user_id = ANY($1)";
    private const string RemoveLabels = "DELETE FROM user_labels WHERE user_id = ANY($1)";
    private const string Finish = $"UPDATE erasures SET removed_by = pg_current_xact_id() WHERE {IsPending}";

    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(20);

    /// <param name="id">Any id of the person.</param>
    /// <param name="caller">Who erases, for the audit trail.</param>
    /// <param name="cancellation">Cancels the wait; an erasure that has been committed is resumed later.</param>
    public async Task EraseAsync(string id, string caller, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RequestAsync(connection, id, caller, cancellation);
        await RemovePendingAsync(connection, cancellation);
        await ErasedItems.RemoveAsync(connection, cancellation);
    }

    /// <summary>Resumes the erasures that have been committed and not been finished.</summary>
    /// <returns>The number of ids that were erased.</returns>
    public async Task<int> ResumeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        int ids = await RemovePendingAsync(connection, cancellation);
        await ErasedItems.RemoveAsync(connection, cancellation);
        return ids;
    }

    /// <summary>Forgets erasures that no process and no running clustering can need.</summary>
    /// <param name="before">Time of the erasures that are forgotten.</param>
    /// <param name="cancellation">Cancels the statement.</param>
    public async Task ForgetAsync(DateTime before, CancellationToken cancellation)
    {
        await using var forget = database.CreateCommand("""
            DELETE FROM erasures WHERE removed_by IS NOT NULL AND erased_at < $1 AND NOT EXISTS (
                SELECT FROM clusterings WHERE state = 'running' AND NOT pg_visible_in_snapshot(removed_by, loaded_view::pg_snapshot))
            """);
        forget.Parameters.AddWithValue(before);
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task RequestAsync(NpgsqlConnection connection, string id, string caller, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await Erasures.LockDrawsAsync(connection, cancellation);
        // An opt-out lasts until it is taken back. The links are removed, so that it is stored for each id of the person.
        await ExecuteAsync(connection, $"""
            INSERT INTO opt_outs (user_id, since) SELECT id, clock_timestamp() FROM {PersonSql.AllIdsSql} AS person (id)
            WHERE {PersonSql.HasOptedOutSql} ON CONFLICT DO NOTHING
            """, cancellation, id);
        await ExecuteAsync(connection, $"""
            INSERT INTO erasures (user_id, erased_at, last_batch)
            SELECT id, clock_timestamp(), {Arrivals.LastDrawnSql} FROM {PersonSql.AllIdsSql} AS person (id)
            """, cancellation, id);
        await AuditTrail.WriteAsync(connection, AuditAction.UserErased, caller, subject: null, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Removes what the erasures that are committed by now name.</summary>
    /// <returns>The number of ids that were erased.</returns>
    private static async Task<int> RemovePendingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await ReadLastAsync(connection, cancellation) is not (var last, var lastBatch)) return 0;
        await Erasures.AwaitSavesAsync(connection, cancellation);
        // Uploads with these batches may be about to commit without the erasures. Others go on.
        while ((await Arrivals.ReadAsync(connection, cancellation)).Settled < lastBatch) await Task.Delay(_poll, cancellation);

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await using var pending = new NpgsqlCommand(Pending, connection);
        pending.Parameters.AddWithValue(last);
        string[] ids = (string[])(await pending.ExecuteScalarAsync(cancellation))!;
        await ExecuteAsync(connection, RemoveEvents, cancellation, last, ids);
        await ExecuteAsync(connection, RemoveAssignments, cancellation, (object)ids);
        await ExecuteAsync(connection, RemoveLabels, cancellation, (object)ids);
        bool linked = await ExecuteAsync(connection, RemoveJoins, cancellation, last, ids) > 0;
        if (linked) await UserLinks.RebuildAsync(connection, ids, cancellation);
        await Erasures.RemoveMedoidsAsync(connection, clustering: null, ids, cancellation);
        await ExecuteAsync(connection, Finish, cancellation, last);
        await PeopleChanges.AnnounceAsync(connection, linked, cancellation);
        await transaction.CommitAsync(cancellation);
        return ids.Length;
    }

    /// <summary>Reads the last of the erasures that are not finished; null when all are.</summary>
    private static async Task<(long Id, long Batch)?> ReadLastAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(LastPending, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.IsDBNull(0) ? null : (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        foreach (object parameter in parameters) command.Parameters.AddWithValue(parameter);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
