using System.Text.Json;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings;

/// <summary>Loads vectors, clusters and places on the map of users from the published clustering, for a clustering that continues it.</summary>
internal static class PublishedUsers
{
    /// <param name="database">The database.</param>
    /// <param name="clustering">The clustering that continues it, whose encoder is stored.</param>
    /// <param name="request">Its request.</param>
    /// <param name="userIds">Its users, <c>[users]</c>.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>Rows in the order of <paramref name="userIds"/>; null when nothing of the same kind is published.</returns>
    public static async Task<PreviousUsers?> FindAsync(
        NpgsqlDataSource database, Guid clustering, ClusteringRequest request, string[] userIds, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (await PublishedOfSameKindAsync(connection, clustering, request, cancellation) is not { } published) return null;
        var rows = userIds.Select((user, row) => (user, row)).ToDictionary(pair => pair.user, pair => pair.row);
        int[] clusters = new int[userIds.Length];
        Array.Fill(clusters, -1);
        Matrix? vectors = null;
        await using var reader = await CopyReader.BeginAsync(
            connection, $"SELECT user_id, cluster_number, vector FROM assignments WHERE clustering_id = '{published}'", cancellation);
        while (await reader.ReadRowAsync(cancellation))
        {
            bool known = rows.TryGetValue(reader.Text(), out int row);
            var number = new ClusterNumber(reader.Int32());
            var vector = Packed.Unpack<float>(reader.Bytes());
            vectors ??= new Matrix(userIds.Length, vector.Length);
            if (!known) continue;
            clusters[row] = number.Index;
            vector.CopyTo(vectors.Row(row));
        }

        return vectors is null ? null : new PreviousUsers(vectors, clusters);
    }

    /// <param name="database">The database.</param>
    /// <param name="userIds">Users of the clustering that continues it, <c>[users]</c>.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The map, whatever the kind of the clustering; null when nothing is published or it has no map.</returns>
    public static async Task<PreviousMap?> FindMapAsync(NpgsqlDataSource database, string[] userIds, CancellationToken cancellation)
    {
        await using var query = database.CreateCommand("""
            SELECT user_id, map_x, map_y, cluster_number FROM assignments
            WHERE clustering_id = (SELECT clustering_id FROM publication) AND map_x IS NOT NULL
            """);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var shown = new Dictionary<string, (float X, float Y, int Cluster)>(); // few of many users
        while (await reader.ReadAsync(cancellation))
            shown.Add(reader.GetString(0), (reader.GetFloat(1), reader.GetFloat(2), new ClusterNumber(reader.GetInt32(3)).Index));
        if (shown.Count == 0) return null;
        var places = new Matrix(userIds.Length, 2);
        int[] clusters = new int[userIds.Length];
        for (int user = 0; user < userIds.Length; user++)
        {
            var (x, y, cluster) = shown.GetValueOrDefault(userIds[user], (float.NaN, float.NaN, -1));
            (places.Row(user)[0], places.Row(user)[1], clusters[user]) = (x, y, cluster);
        }

        return new PreviousMap(places, clusters);
    }

    private static async Task<Guid?> PublishedOfSameKindAsync(
        NpgsqlConnection connection, Guid clustering, ClusteringRequest request, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT published.id, published.request
            FROM publication JOIN clusterings published ON published.id = clustering_id JOIN clusterings own ON own.id = $1
            WHERE published.encoder = own.encoder
            """, connection);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        var published = JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(1), InterestDbContext.JsonOptions)!;
        return published.IsSameKindAs(request) ? reader.GetGuid(0) : null;
    }
}
