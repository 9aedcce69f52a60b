using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Recommendations;

/// <summary>What the catalogue says of a few items now.</summary>
internal static class Catalogue
{
    /// <returns>By id; items that it does not know are not there.</returns>
    public static async Task<Dictionary<string, ItemDescription>> ReadAsync(
        NpgsqlDataSource database, string[] itemIds, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("SELECT item_id, title, categories FROM items WHERE item_id = ANY($1)");
        query.Parameters.AddWithValue(itemIds);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var items = new Dictionary<string, ItemDescription>(itemIds.Length);
        while (await reader.ReadAsync(cancellation))
            items.Add(reader.GetString(0), new ItemDescription(reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetFieldValue<string[]>(2)));
        return items;
    }
}
