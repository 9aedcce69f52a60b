using System.Text.Json;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Clusterings;

/// <summary>Finds where the published clustering has users, for a clustering that continues it.</summary>
internal static class PublishedUsers
{
    /// <returns>In the order of <paramref name="userIds"/>; null when nothing is published, or something of another kind.</returns>
    public static PreviousUsers? Find(NpgsqlDataSource database, ClusteringRequest request, IReadOnlyList<string> userIds)
    {
        using var connection = database.OpenConnection();
        if (PublishedOfSameKind(connection, request) is not { } published) return null;
        var rows = userIds.Select((user, row) => (user, row)).ToDictionary(pair => pair.user, pair => pair.row);
        int[] clusters = new int[userIds.Count];
        Array.Fill(clusters, -1);
        Matrix? vectors = null;
        using var export = connection.BeginBinaryExport($"""
            COPY (SELECT user_id, cluster_number, vector FROM assignments WHERE clustering_id = '{published}') TO STDOUT (FORMAT binary)
            """);
        while (export.StartRow() != -1)
        {
            bool known = rows.TryGetValue(export.Read<string>(NpgsqlDbType.Text), out int row);
            int number = export.Read<int>(NpgsqlDbType.Integer);
            var vector = Packed.Unpack<float>(export.Read<byte[]>(NpgsqlDbType.Bytea));
            vectors ??= new Matrix(userIds.Count, vector.Length);
            if (!known) continue;
            clusters[row] = number - 1;
            vector.CopyTo(vectors.Row(row));
        }

        return vectors is null ? null : new PreviousUsers(vectors, clusters);
    }

    private static Guid? PublishedOfSameKind(NpgsqlConnection connection, ClusteringRequest request)
    {
        using var query = new NpgsqlCommand(
            "SELECT clustering_id, request FROM publication JOIN clusterings ON clusterings.id = clustering_id", connection);
        using var reader = query.ExecuteReader();
        if (!reader.Read()) return null;
        var published = JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(1), InterestDbContext.JsonOptions)!;
        return published.IsSameKindAs(request) ? reader.GetGuid(0) : null;
    }
}
