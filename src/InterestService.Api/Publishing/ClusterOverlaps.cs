using InterestService.Pipeline.Lineage;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Publishing;

/// <summary>Counts the users of pairs of clusters, inside PostgreSQL: the answer grows with the clusters and not with the users.</summary>
internal static class ClusterOverlaps
{
    /// <summary>Joining two clusterings of millions of users takes longer than Npgsql's half minute.</summary>
    public const int TimeoutSeconds = 300;

    /// <summary>Clusters by their numbers.</summary>
    /// <param name="connection">Counts within its transaction, if it has one.</param>
    /// <param name="previous">A clustering; null: none, and all users are new.</param>
    /// <param name="current">Another clustering.</param>
    /// <param name="cancellation">Ends the query too.</param>
    public static async Task<List<ClusterOverlap>> CountAsync(
        NpgsqlConnection connection, Guid? previous, Guid current, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT p.cluster_number, c.cluster_number, count(*)::int
            FROM (SELECT user_id, cluster_number FROM assignments WHERE clustering_id = $1) p
            FULL JOIN (SELECT user_id, cluster_number FROM assignments WHERE clustering_id = $2) c USING (user_id)
            GROUP BY 1, 2 ORDER BY 1, 2
            """, connection);
        query.CommandTimeout = TimeoutSeconds;
        query.Parameters.Add(new() { Value = (object?)previous ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        query.Parameters.AddWithValue(current);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var overlaps = new List<ClusterOverlap>();
        while (await reader.ReadAsync(cancellation))
        {
            overlaps.Add(new ClusterOverlap(
                reader.IsDBNull(0) ? null : reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetInt32(2)));
        }

        return overlaps;
    }

    /// <returns>The ids of a clustering's clusters by their numbers.</returns>
    public static async Task<Dictionary<int, int>> IdsAsync(NpgsqlConnection connection, Guid? clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT number, cluster_id FROM clusters WHERE clustering_id = $1", connection);
        query.Parameters.Add(new() { Value = (object?)clustering ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var ids = new Dictionary<int, int>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetInt32(0), reader.GetInt32(1));
        return ids;
    }
}
