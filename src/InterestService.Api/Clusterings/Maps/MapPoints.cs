using System.IO.Hashing;
using System.Runtime.InteropServices;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Projection;
using Npgsql;

namespace InterestService.Api.Clusterings.Maps;

/// <summary>Reads the points of a map, of which there are at most <see cref="UserProjection.MaximumUsers"/>.</summary>
internal static class MapPoints
{
    /// <summary>Decimal places of a coordinate: a map is a few dozen units wide.</summary>
    private const int Decimals = 4;

    /// <summary>
    /// The persons on a map as lookups know them: erased users are gone, who has opted out is not shown, and of joined ids the one that the
    /// clustering knows best stands for the person.
    /// </summary>
    private const string PointsSql = $"""
        WITH shown AS (
            SELECT coalesce(links.user_id, assignments.user_id) AS person, assignments.user_id, map_x, map_y, cluster_number, noise
            FROM assignments LEFT JOIN user_links AS links ON alias = assignments.user_id
            WHERE clustering_id = $1 AND map_x IS NOT NULL)
        SELECT person, map_x, map_y, cluster_id, noise FROM shown JOIN clusters ON clustering_id = $1 AND number = cluster_number
        WHERE person NOT IN {PersonSql.OptedOutSql}
            AND (person = user_id OR user_id = (
                SELECT known.user_id FROM assignments AS known
                WHERE clustering_id = $1 AND increment = 0
                    AND (known.user_id = person OR known.user_id IN (SELECT alias FROM user_links WHERE user_links.user_id = person))
                ORDER BY known.user_id <> person, known.user_id LIMIT 1))
        ORDER BY person
        """;

    public static async Task<List<MapPoint>> ReadAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(PointsSql, connection);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var points = new List<MapPoint>();
        while (await reader.ReadAsync(cancellation))
        {
            points.Add(new MapPoint(
                reader.GetString(0), Math.Round(reader.GetFloat(1), Decimals), Math.Round(reader.GetFloat(2), Decimals), reader.GetInt32(3), reader.GetBoolean(4)));
        }

        return points;
    }

    /// <summary>Returns the ETag of a map. Its points change only when users leave, are joined or opt out.</summary>
    public static string ETag(Guid clustering, IReadOnlyList<MapPoint> points)
    {
        var hash = new XxHash128();
        foreach (var point in points)
        {
            hash.Append(MemoryMarshal.AsBytes(point.UserId.AsSpan()));
            hash.Append("\0\0"u8);
        }

        return $"\"{clustering:N}-{Convert.ToHexStringLower(hash.GetCurrentHash())}\"";
    }
}
