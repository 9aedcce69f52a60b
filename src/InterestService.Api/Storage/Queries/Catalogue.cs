using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads catalogue entries of items.</summary>
internal static class Catalogue
{
    /// <returns>Entries by item id; unknown items have none.</returns>
    public static async Task<Dictionary<string, ItemDescription>> ReadAsync(
        NpgsqlDataSource database, string[] itemIds, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT item_id, title, categories FROM items WHERE item_id = ANY($1)");
        query.Parameters.AddWithValue(itemIds);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var items = new Dictionary<string, ItemDescription>(itemIds.Length);
        while (await reader.ReadAsync(cancellation))
            items.Add(reader.GetString(0), new ItemDescription(reader.TextOrNull(1), reader.GetFieldValue<string[]>(2)));
        return items;
    }
}
