using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Pipeline.Profiling;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Serving;

/// <summary>Reads a published clustering out of PostgreSQL.</summary>
internal static class SnapshotLoader
{
    public readonly record struct PublicationRow(Guid ClusteringId, long Version, DateTime FinishedAt);

    /// <returns>Null when nothing is published.</returns>
    public static async Task<PublicationRow?> ReadPublicationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT clustering_id, version, finished_at FROM publication JOIN clusterings ON clusterings.id = clustering_id", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PublicationRow(reader.GetGuid(0), reader.GetInt64(1), reader.GetDateTime(2))
            : null;
    }

    public static async Task<Snapshot> LoadAsync(NpgsqlConnection connection, PublicationRow publication, CancellationToken cancellation)
    {
        var clusters = await ReadClustersAsync(connection, publication.ClusteringId, cancellation);
        var labels = clusters.ToDictionary(cluster => cluster.Id, cluster => cluster.Label);
        int users = clusters.Sum(cluster => cluster.Users);
        var rows = new Dictionary<string, int>(users);
        int[] clusterIds = new int[users];
        bool[] noise = new bool[users];
        float[] distances = new float[users];
        var memberships = new ClusterMembership[users][];

        await using var export = await connection.BeginBinaryExportAsync($"""
            COPY (SELECT user_id, cluster_id, noise, distance, membership_clusters, membership_probabilities FROM assignments
                WHERE clustering_id = '{publication.ClusteringId}') TO STDOUT (FORMAT binary)
            """, cancellation);
        while (await export.StartRowAsync(cancellation) != -1)
        {
            int row = rows.Count;
            rows.Add(await export.ReadAsync<string>(NpgsqlDbType.Text, cancellation), row);
            clusterIds[row] = await export.ReadAsync<int>(NpgsqlDbType.Integer, cancellation);
            noise[row] = await export.ReadAsync<bool>(NpgsqlDbType.Boolean, cancellation);
            distances[row] = await export.ReadAsync<float>(NpgsqlDbType.Real, cancellation);
            int[] ids = await export.ReadAsync<int[]>(NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation);
            float[] probabilities = await export.ReadAsync<float[]>(NpgsqlDbType.Array | NpgsqlDbType.Real, cancellation);
            memberships[row] = [.. ids.Zip(probabilities, (id, probability) => new ClusterMembership(id, labels[id], probability))];
        }

        return new Snapshot(
            publication.ClusteringId, publication.Version, publication.FinishedAt, clusters, rows, clusterIds, noise, distances, memberships);
    }

    private static async Task<List<ClusterResponse>> ReadClustersAsync(NpgsqlConnection connection, Guid clusteringId, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT cluster_id, label, users, share, cohesion, profile FROM clusters WHERE clustering_id = $1 ORDER BY cluster_id", connection);
        query.Parameters.AddWithValue(clusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var clusters = new List<ClusterResponse>();
        while (await reader.ReadAsync(cancellation))
        {
            var profile = JsonSerializer.Deserialize<ClusterProfile>(reader.GetString(5), InterestDbContext.JsonOptions)!;
            clusters.Add(new ClusterResponse(
                reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetDouble(3), reader.GetDouble(4),
                profile.TopCategories, profile.TopItems, profile.TopTerms, profile.Medoids));
        }

        return clusters;
    }
}
