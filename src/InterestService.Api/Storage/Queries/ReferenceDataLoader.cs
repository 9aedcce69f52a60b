using InterestService.Pipeline;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Loads what the database knows of the items and users of clean events.</summary>
internal static class ReferenceDataLoader
{
    public static async Task<ReferenceData> LoadAsync(NpgsqlDataSource database, CleanEvents clean, CancellationToken cancellation) => new(
        await Catalogue.ReadAsync(database, clean.ItemIds, cancellation), await ReadGroupsAsync(database, cancellation));

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
