using InterestService.Pipeline;
using InterestService.Pipeline.Events;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>What the database knows of items and users beside the events.</summary>
internal sealed class KnownFacts(NpgsqlDataSource database)
{
    private static readonly ItemDescription _unknown = new(null, []);

    public PipelineSources Sources => new(Describe, Groups);

    /// <returns>In the order of <paramref name="itemIds"/>; unknown items have neither title nor categories.</returns>
    private IReadOnlyList<ItemDescription> Describe(IReadOnlyList<string> itemIds)
    {
        var known = Catalogue.Read(database, itemIds as string[] ?? [.. itemIds]);
        return [.. itemIds.Select(id => known.GetValueOrDefault(id, _unknown))];
    }

    /// <returns>In the order of <paramref name="userIds"/>; null for users without a label.</returns>
    private IReadOnlyList<string?> Groups(IReadOnlyList<string> userIds)
    {
        using var query = database.CreateCommand("SELECT coalesce(l.user_id, u.user_id), label FROM user_labels u LEFT JOIN user_links l ON alias = u.user_id");
        using var reader = query.ExecuteReader();
        var known = new Dictionary<string, string>();
        while (reader.Read()) known[reader.GetString(0)] = reader.GetString(1);
        return [.. userIds.Select(id => known.GetValueOrDefault(id))];
    }
}
