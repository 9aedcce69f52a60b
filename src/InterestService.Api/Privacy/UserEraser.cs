using InterestService.Api.Publishing;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>
/// Removes everything that is stored of a person. The erasure of the ids is committed first: a clustering that is saved from then on applies
/// it, and <see cref="ErasureSweeper"/> resumes it if the removal fails.
/// </summary>
internal sealed class UserEraser(NpgsqlDataSource database)
{
    private const string Pending = "SELECT coalesce(array_agg(DISTINCT user_id), '{}') FROM erasures WHERE removed_by IS NULL";

    // What has come since the erasure was requested belongs to a new user.
    private const string LastBatch = "(SELECT max(last_batch) FROM erasures WHERE removed_by IS NULL AND erasures.user_id = events.user_id)";

    private static readonly string[] _removals =
    [
        $"DELETE FROM events WHERE user_id = ANY($1) AND arrival < ({LastBatch} + 1) << 20",
        "DELETE FROM assignments WHERE user_id = ANY($1)",
        "DELETE FROM user_labels WHERE user_id = ANY($1)",
    ];

    private const string RemoveJoins = """
        DELETE FROM user_joins USING erasures
        WHERE (user_joins.user_id = ANY($1) OR alias = ANY($1)) AND erasures.user_id IN (user_joins.user_id, alias)
            AND removed_by IS NULL AND sent_at <= erased_at
        """;

    private const string Finish = "UPDATE erasures SET removed_by = pg_current_xact_id() WHERE removed_by IS NULL";

    /// <param name="id">Any id of the person.</param>
    /// <param name="cancellation">Cancels the wait; an erasure that has been committed is resumed later.</param>
    public async Task EraseAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await RequestAsync(connection, id, cancellation);
        await RemoveAsync(connection, cancellation);
    }

    /// <summary>Resumes the erasures that have been committed and not been finished.</summary>
    /// <returns>The number of ids that were erased.</returns>
    public async Task<int> ResumeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var pending = new NpgsqlCommand(Pending, connection);
        string[] ids = (string[])(await pending.ExecuteScalarAsync(cancellation))!;
        if (ids.Length > 0) await RemoveAsync(connection, cancellation);
        return ids.Length;
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

    private static async Task RequestAsync(NpgsqlConnection connection, string id, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        // An opt-out lasts until it is taken back. The links are removed, so that it is stored for each id of the person.
        await ExecuteAsync(connection, $"""
            INSERT INTO opt_outs (user_id, since) SELECT id, clock_timestamp() FROM {PersonSql.AllIdsSql} AS person (id)
            WHERE {PersonSql.HasOptedOutSql} ON CONFLICT DO NOTHING
            """, id, cancellation);
        await ExecuteAsync(connection, $"""
            INSERT INTO erasures (user_id, erased_at, last_batch)
            SELECT id, clock_timestamp(), {Arrivals.LastDrawnSql} FROM {PersonSql.AllIdsSql} AS person (id)
            """, id, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task RemoveAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await Erasures.AwaitSavesAsync(connection, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await PeopleChanges.LockAsync(connection, cancellation);
        await using var pending = new NpgsqlCommand(Pending, connection);
        string[] ids = (string[])(await pending.ExecuteScalarAsync(cancellation))!;
        foreach (string removal in _removals) await ExecuteAsync(connection, removal, ids, cancellation);
        bool linked = await ExecuteAsync(connection, RemoveJoins, ids, cancellation) > 0;
        if (linked) await UserLinks.RebuildAsync(connection, ids, cancellation);
        await Erasures.RemoveMedoidsAsync(connection, ids, cancellation);
        await ExecuteAsync(connection, Finish, null, cancellation);
        await PeopleChanges.AnnounceAsync(connection, linked, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, object? parameter, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (parameter is not null) command.Parameters.AddWithValue(parameter);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
