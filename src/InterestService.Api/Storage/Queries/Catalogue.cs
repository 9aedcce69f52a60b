using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads catalogue entries of items.</summary>
internal static class Catalogue
{
    /// <summary>Expression of SQL for the part of a description that language models read: a few hundred words.</summary>
    public const string DescriptionSql = "left(description, 4000)";

    /// <summary>Condition of SQL for an item that has a text.</summary>
    public const string HasTextSql = "(title IS NOT NULL OR categories <> '{}' OR description IS NOT NULL)";

    /// <param name="database">The database.</param>
    /// <param name="itemIds">Ids of the items.</param>
    /// <param name="cancellation">Cancels the query.</param>
    /// <param name="descriptions">Whether descriptions are read, which are long and serve language models alone. Default false.</param>
    /// <returns>Entries by item id; unknown items have none.</returns>
    public static async Task<Dictionary<string, ItemDescription>> ReadAsync(
        NpgsqlDataSource database, string[] itemIds, CancellationToken cancellation, bool descriptions = false)
    {
        await using var query = database.CreateCommand(
            $"SELECT item_id, title, categories, {(descriptions ? DescriptionSql : "NULL")} FROM items WHERE item_id = ANY($1)");
        query.Parameters.AddWithValue(itemIds);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var items = new Dictionary<string, ItemDescription>(itemIds.Length);
        while (await reader.ReadAsync(cancellation))
            items.Add(reader.GetString(0), Read(reader));
        return items;
    }

    /// <summary>Reads an entry from the columns after the item's id: title, categories, description.</summary>
    public static ItemDescription Read(NpgsqlDataReader reader) =>
        new(reader.TextOrNull(1), reader.GetFieldValue<string[]>(2)) { Description = reader.TextOrNull(3) };
}
