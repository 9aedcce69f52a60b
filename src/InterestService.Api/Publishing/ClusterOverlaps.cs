using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Publishing;

/// <summary>Counts the common users of pairs of clusters inside PostgreSQL, so that the result grows with the clusters and not with the users.</summary>
internal static class ClusterOverlaps
{
    /// <summary>Timeout of queries that join two clusterings; with millions of users they exceed Npgsql's default of 30 s.</summary>
    public const int TimeoutSeconds = 300;

    /// <summary>Counts the users of all pairs of clusters that have any, by the numbers of the clusters.</summary>
    /// <param name="connection">Connection, with its transaction if there is one.</param>
    /// <param name="previous">Id of a clustering; null when there is none and all users are new.</param>
    /// <param name="current">Id of another clustering.</param>
    /// <param name="cancellation">Cancels the query.</param>
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

    /// <summary>Returns the ids of the clusters of a clustering by their numbers.</summary>
    public static async Task<Dictionary<ClusterNumber, ClusterId>> IdsAsync(NpgsqlConnection connection, Guid? clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT number, cluster_id FROM clusters WHERE clustering_id = $1", connection);
        query.Parameters.Add(new() { Value = (object?)clustering ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var ids = new Dictionary<ClusterNumber, ClusterId>();
        while (await reader.ReadAsync(cancellation)) ids.Add(new ClusterNumber(reader.GetInt32(0)), new ClusterId(reader.GetInt32(1)));
        return ids;
    }
}
