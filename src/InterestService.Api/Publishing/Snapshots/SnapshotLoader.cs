using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Reads the published clustering from PostgreSQL.</summary>
internal static class SnapshotLoader
{
    public sealed record PublicationRow(
        Guid ClusteringId, long Version, long Erasures, long Increments, DateTime FinishedAt, Guid? BasedOn, ClusterLineage Lineage, string Encoder);

    /// <returns>Null when nothing is published.</returns>
    public static async Task<PublicationRow?> ReadPublicationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            """
            SELECT clustering_id, version, erasures, increments, finished_at, based_on, lineage, request ->> 'encoder'
            FROM publication JOIN clusterings ON clusterings.id = clustering_id
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PublicationRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetDateTime(4),
                reader.IsDBNull(5) ? null : reader.GetGuid(5),
                JsonSerializer.Deserialize<ClusterLineage>(reader.GetString(6), InterestDbContext.JsonOptions)!, reader.GetString(7))
            : null;
    }

    /// <summary>Loads the snapshot without increments.</summary>
    public static async Task<Snapshot> LoadAsync(NpgsqlConnection connection, PublicationRow publication, CancellationToken cancellation)
    {
        var byNumber = await ReadClustersAsync(connection, publication, cancellation);
        var users = new AssignedUsers();
        await using (var reader = await CopyReader.BeginAsync(
            connection, $"SELECT {AssignedUsers.Columns} FROM assignments WHERE clustering_id = '{publication.ClusteringId}' AND increment = 0", cancellation))
        {
            while (await reader.ReadRowAsync(cancellation)) users.Add(reader);
        }

        await AddAliasesAsync(connection, users.Ids, cancellation);
        return new Snapshot(publication.ClusteringId, publication.Version, publication.Erasures, publication.FinishedAt, byNumber, users) { Encoder = publication.Encoder };
    }

    /// <summary>Reads the users of the increments that a snapshot does not include.</summary>
    public static async Task<IReadOnlyList<IncrementalUser>> ReadIncrementalAsync(
        NpgsqlConnection connection, Snapshot snapshot, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT user_id, cluster_number, noise, distance, memberships, vector,
                array(SELECT alias FROM user_links WHERE user_links.user_id = assignments.user_id), assigned_at, increment
            FROM assignments WHERE clustering_id = $1 AND increment > $2
            ORDER BY EXISTS (SELECT FROM user_links WHERE alias = assignments.user_id) DESC
            """, connection); // aliases first, so that assignments of the person override earlier ones of the aliases
        query.Parameters.AddWithValue(snapshot.ClusteringId);
        query.Parameters.AddWithValue(snapshot.Increments);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var users = new List<IncrementalUser>();
        while (await reader.ReadAsync(cancellation))
        {
            var placement = new Placement(
                reader.GetString(0), new ClusterNumber(reader.GetInt32(1)), reader.GetBoolean(2), reader.GetFloat(3),
                Packed.Unpack<StoredMembership>(reader.GetFieldValue<byte[]>(4)).ToArray(), Packed.Unpack<float>(reader.GetFieldValue<byte[]>(5)).ToArray());
            users.Add(new IncrementalUser(placement, reader.GetFieldValue<string[]>(6), reader.GetDateTime(7), reader.GetInt64(8)));
        }

        return users;
    }

    /// <summary>Reads the ids that were erased during the last day.</summary>
    public static async Task<IReadOnlyList<string>> ReadErasedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT user_id FROM erasures", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var erased = new List<string>();
        while (await reader.ReadAsync(cancellation)) erased.Add(reader.GetString(0));
        return erased;
    }

    /// <summary>Maps the other ids of a person to the row of the person.</summary>
    private static async Task AddAliasesAsync(NpgsqlConnection connection, UserIds ids, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT alias, user_id FROM user_links", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            if (ids.Find(reader.GetString(1)) is { } row) ids.AddAlias(reader.GetString(0), row);
    }

    private static async Task<Dictionary<ClusterNumber, ClusterResponse>> ReadClustersAsync(
        NpgsqlConnection connection, PublicationRow publication, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT number, cluster_id, label, users, share, cohesion, persistence, profile FROM clusters WHERE clustering_id = $1", connection);
        query.Parameters.AddWithValue(publication.ClusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var trends = new ClusterTrends(publication.BasedOn, publication.Lineage);
        var clusters = new Dictionary<ClusterNumber, ClusterResponse>();
        while (await reader.ReadAsync(cancellation))
        {
            var profile = JsonSerializer.Deserialize<ClusterProfile>(reader.GetString(7), InterestDbContext.JsonOptions)!;
            var id = new ClusterId(reader.GetInt32(1));
            clusters.Add(new ClusterNumber(reader.GetInt32(0)), new ClusterResponse(
                id.Value, reader.GetString(2), reader.GetInt32(3), reader.GetDouble(4), reader.GetDouble(5),
                reader.IsDBNull(6) ? null : reader.GetDouble(6),
                profile.TopCategories, profile.TopItems, profile.TopTerms, profile.Medoids, trends.ForCluster(id)));
        }

        return clusters;
    }
}
