using InterestService.Api.Storage.Entities;
using Npgsql;

namespace InterestService.Api.Privacy;

/// <summary>
/// Removes what erased users alone have said of items: titles and categories that came with events, of items that no event is left of. What
/// <c>PUT /items</c> has said remains.
/// </summary>
/// <remarks>
/// Events have no index by item, which every upload would pay for, so that all events are read once for all items that wait
/// (<see cref="ErasedItem"/>), and by one connection at a time.
/// </remarks>
internal static class ErasedItems
{
    private const string Lock = "SELECT pg_advisory_xact_lock(1702392933, 3)";
    private const string Waiting = "SELECT coalesce(max(id), 0), coalesce(array_agg(DISTINCT item_id), '{}') FROM erased_items";

    // In the order of uploads. One that describes such an item has committed by then, with its events, or waits.
    private const string LockEntries = "SELECT count(*) FROM (SELECT FROM items WHERE item_id = ANY($1) ORDER BY item_id FOR UPDATE) AS entries";

    private const string WithoutEvents =
        "SELECT array(SELECT unnest($1) EXCEPT SELECT item_id FROM events JOIN unnest($1) AS candidates (item_id) USING (item_id))";

    private const string Remove = """
        DELETE FROM items WHERE item_id = ANY($1)
            AND title_at < 'infinity' AND categories_at < 'infinity' AND tags = '{}' AND description IS NULL
        """;

    private const string RemoveParts = """
        UPDATE items SET
            title = CASE WHEN title_at = 'infinity' THEN title END,
            title_at = CASE WHEN title_at = 'infinity' THEN title_at ELSE '-infinity' END,
            categories = CASE WHEN categories_at = 'infinity' THEN categories ELSE '{}' END,
            categories_at = CASE WHEN categories_at = 'infinity' THEN categories_at ELSE '-infinity' END
        WHERE item_id = ANY($1)
        """;

    /// <summary>Removes what belongs to the items that wait; does nothing when none does. Every erasure whose removal is committed is included.</summary>
    public static async Task RemoveAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var @lock = Command(connection, Lock)) await @lock.ExecuteNonQueryAsync(cancellation);
        var (last, candidates) = await ReadWaitingAsync(connection, cancellation);
        if (candidates.Length == 0) return;
        await ExecuteAsync(LockEntries, candidates);
        await using var search = Command(connection, WithoutEvents, candidates);
        string[] items = (string[])(await search.ExecuteScalarAsync(cancellation))!;
        await ExecuteAsync(Remove, items);
        await ExecuteAsync(RemoveParts, items);
        await ExecuteAsync("DELETE FROM cluster_items WHERE item_id = ANY($1)", items);
        await ExecuteAsync("DELETE FROM item_communities WHERE item_id = ANY($1)", items);
        await ExecuteAsync("DELETE FROM erased_items WHERE id <= $1", last);
        await transaction.CommitAsync(cancellation);

        async Task ExecuteAsync(string sql, object parameter)
        {
            await using var command = Command(connection, sql, parameter);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<(long Last, string[] Items)> ReadWaitingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = Command(connection, Waiting);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetFieldValue<string[]>(1));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object? parameter = null)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (parameter is not null) command.Parameters.AddWithValue(parameter);
        return command;
    }
}
