using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads which items a person has dealt with, ever.</summary>
internal static class SeenItems
{
    /// <summary>Reads the items of all events of all ids of a person, each once. An impression is no dealing.</summary>
    /// <remarks>The time of the query grows with the events of the person; the memory of this process does not.</remarks>
    /// <param name="database">The database.</param>
    /// <param name="userId">Any id of the person.</param>
    /// <param name="see">Receives the id of an item.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task ReadAsync(NpgsqlDataSource database, string userId, Action<string> see, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand($"""
            SELECT DISTINCT item_id FROM events
            WHERE user_id IN {PersonSql.AllIdsSql} AND item_id IS NOT NULL AND lower(event_type) <> '{UserHistory.Impression}'
            """);
        query.Parameters.AddWithValue(userId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) see(reader.GetString(0));
    }
}
