using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>What the catalogue says of some items.</summary>
internal static class Catalogue
{
    /// <returns>By id; items that it does not know are not there.</returns>
    public static async Task<Dictionary<string, ItemDescription>> ReadAsync(
        NpgsqlDataSource database, string[] itemIds, CancellationToken cancellation)
    {
        await using var query = Query(database, itemIds);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var items = new Dictionary<string, ItemDescription>(itemIds.Length);
        while (await reader.ReadAsync(cancellation)) Add(items, reader);
        return items;
    }

    /// <summary>The same, for the pipeline, which runs on a thread of its own.</summary>
    public static Dictionary<string, ItemDescription> Read(NpgsqlDataSource database, string[] itemIds)
    {
        using var query = Query(database, itemIds);
        using var reader = query.ExecuteReader();
        var items = new Dictionary<string, ItemDescription>(itemIds.Length);
        while (reader.Read()) Add(items, reader);
        return items;
    }

    private static NpgsqlCommand Query(NpgsqlDataSource database, string[] itemIds)
    {
        var query = database.CreateCommand("SELECT item_id, title, categories FROM items WHERE item_id = ANY($1)");
        query.Parameters.AddWithValue(itemIds);
        return query;
    }

    private static void Add(Dictionary<string, ItemDescription> items, NpgsqlDataReader row) =>
        items.Add(row.GetString(0), new ItemDescription(row.TextOrNull(1), row.GetFieldValue<string[]>(2)));
}
