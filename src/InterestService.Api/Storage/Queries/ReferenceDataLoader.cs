using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Loads what the database knows of the items and users of clean events.</summary>
internal static class ReferenceDataLoader
{
    /// <param name="database">The database.</param>
    /// <param name="clean">The events.</param>
    /// <param name="texts">Whether the items' descriptions are read, too.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<ReferenceData> LoadAsync(NpgsqlDataSource database, CleanEvents clean, bool texts, CancellationToken cancellation) => new(
        await Catalogue.ReadAsync(database, clean.ItemIds, cancellation, texts), await ReadGroupsAsync(database, cancellation));

    /// <returns>The labels of all users, by the id that stands for the person.</returns>
    private static async Task<Dictionary<string, string>> ReadGroupsAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand(
            "SELECT coalesce(l.user_id, u.user_id), label FROM user_labels u LEFT JOIN user_links l ON alias = u.user_id");
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var groups = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellation)) groups[reader.GetString(0)] = reader.GetString(1);
        return groups;
    }
}
