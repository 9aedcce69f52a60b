using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Profiling;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Serving;

/// <summary>Reads a published clustering out of PostgreSQL.</summary>
internal static class SnapshotLoader
{
    public sealed record PublicationRow(Guid ClusteringId, long Version, DateTime FinishedAt, Guid? BasedOn, ClusterLineage Lineage);

    /// <returns>Null when nothing is published.</returns>
    public static async Task<PublicationRow?> ReadPublicationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            """
            SELECT clustering_id, version, finished_at, based_on, lineage
            FROM publication JOIN clusterings ON clusterings.id = clustering_id
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PublicationRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetDateTime(2), reader.IsDBNull(3) ? null : reader.GetGuid(3),
                JsonSerializer.Deserialize<ClusterLineage>(reader.GetString(4), InterestDbContext.JsonOptions)!)
            : null;
    }

    public static async Task<Snapshot> LoadAsync(NpgsqlConnection connection, PublicationRow publication, CancellationToken cancellation)
    {
        var byNumber = await ReadClustersAsync(connection, publication, cancellation);
        var clusters = byNumber.Values.OrderBy(cluster => cluster.Id).ToList();
        int users = clusters.Sum(cluster => cluster.Users);
        var rows = new Dictionary<string, int>(users);
        int[] clusterIds = new int[users];
        bool[] noise = new bool[users];
        float[] distances = new float[users];
        var memberships = new ClusterMembership[users][];

        await using var export = await connection.BeginBinaryExportAsync($"""
            COPY (SELECT user_id, cluster_number, noise, distance, membership_clusters, membership_probabilities FROM assignments
                WHERE clustering_id = '{publication.ClusteringId}') TO STDOUT (FORMAT binary)
            """, cancellation);
        while (await export.StartRowAsync(cancellation) != -1)
        {
            int row = rows.Count;
            rows.Add(await export.ReadAsync<string>(NpgsqlDbType.Text, cancellation), row);
            clusterIds[row] = byNumber[await export.ReadAsync<int>(NpgsqlDbType.Integer, cancellation)].Id;
            noise[row] = await export.ReadAsync<bool>(NpgsqlDbType.Boolean, cancellation);
            distances[row] = await export.ReadAsync<float>(NpgsqlDbType.Real, cancellation);
            int[] numbers = await export.ReadAsync<int[]>(NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation);
            float[] probabilities = await export.ReadAsync<float[]>(NpgsqlDbType.Array | NpgsqlDbType.Real, cancellation);
            memberships[row] = [.. numbers.Zip(
                probabilities, (number, probability) => new ClusterMembership(byNumber[number].Id, byNumber[number].Label, probability))];
        }

        return new Snapshot(
            publication.ClusteringId, publication.Version, publication.FinishedAt, clusters, rows, clusterIds, noise, distances, memberships);
    }

    /// <returns>By their numbers.</returns>
    private static async Task<Dictionary<int, ClusterResponse>> ReadClustersAsync(
        NpgsqlConnection connection, PublicationRow publication, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT number, cluster_id, label, users, share, cohesion, profile FROM clusters WHERE clustering_id = $1", connection);
        query.Parameters.AddWithValue(publication.ClusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var trends = new ClusterTrends(publication.BasedOn, publication.Lineage);
        var clusters = new Dictionary<int, ClusterResponse>();
        while (await reader.ReadAsync(cancellation))
        {
            var profile = JsonSerializer.Deserialize<ClusterProfile>(reader.GetString(6), InterestDbContext.JsonOptions)!;
            int id = reader.GetInt32(1);
            clusters.Add(reader.GetInt32(0), new ClusterResponse(
                id, reader.GetString(2), reader.GetInt32(3), reader.GetDouble(4), reader.GetDouble(5),
                profile.TopCategories, profile.TopItems, profile.TopTerms, profile.Medoids, trends.Of(id)));
        }

        return clusters;
    }
}
