using System.Text.Json;
using InterestService.Api.Hosting;
using InterestService.Api.Publishing.People;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using Npgsql;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Reads the published clustering from PostgreSQL.</summary>
internal static class SnapshotLoader
{
    /// <summary>What is published.</summary>
    /// <param name="ClusteringId">The clustering.</param>
    /// <param name="Version">See <see cref="Publication.Version"/>.</param>
    /// <param name="People">See <see cref="Publication.People"/>.</param>
    /// <param name="Links">See <see cref="Publication.Links"/>.</param>
    /// <param name="Names">See <see cref="Publication.Names"/>.</param>
    /// <param name="Increments">See <see cref="Publication.Increments"/>.</param>
    /// <param name="View">What was committed when it was read, as a <c>pg_snapshot</c>.</param>
    /// <param name="FinishedAt">When the clustering was computed.</param>
    /// <param name="BasedOn">The clustering that was published before it.</param>
    /// <param name="Lineage">What became of that one's clusters.</param>
    /// <param name="Encoder">Name of its encoder.</param>
    public sealed record PublicationRow(
        Guid ClusteringId, long Version, long People, long Links, long Names, long Increments, string View, DateTime FinishedAt, Guid? BasedOn, ClusterLineage Lineage,
        string Encoder);

    /// <returns>Null when nothing is published.</returns>
    public static async Task<PublicationRow?> ReadPublicationAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            """
            SELECT clustering_id, version, people, links, names, increments, pg_current_snapshot()::text, finished_at, based_on, lineage, coalesce(encoder, request ->> 'encoder')
            FROM publication JOIN clusterings ON clusterings.id = clustering_id
            """, connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PublicationRow(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetString(6),
                reader.GetDateTime(7), reader.IsDBNull(8) ? null : reader.GetGuid(8),
                JsonSerializer.Deserialize<ClusterLineage>(reader.GetString(9), InterestDbContext.JsonOptions)!, reader.GetString(10))
            : null;
    }

    /// <summary>Loads the snapshot without increments.</summary>
    /// <param name="connection">Connection with a transaction that sees one moment.</param>
    /// <param name="publication">What is published.</param>
    /// <param name="part">The users to load; null for all.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<Snapshot> LoadAsync(NpgsqlConnection connection, PublicationRow publication, UserPart? part, CancellationToken cancellation)
    {
        var names = await ReadNamesAsync(connection, cancellation);
        var byNumber = await ReadClustersAsync(connection, publication, names, cancellation);
        var guests = part is null ? null : await PeopleLoader.ReadGuestsAsync(connection, part, cancellation);
        var users = await ReadRowsAsync(
            connection, publication.ClusteringId, "", guests is null ? null : id => part!.Contains(id) || guests.Find(id) is not null, cancellation);
        return new Snapshot(publication, byNumber, await PeopleLoader.LoadAsync(connection, users, cancellation))
        {
            Metrics = await ReadMetricsAsync(connection, publication.ClusteringId, cancellation),
        };
    }

    /// <summary>Reads who the persons of a snapshot are now and, for a part of the users, the rows that they need beside those that it has.</summary>
    public static async Task<CurrentPeople> UpdatePeopleAsync(
        NpgsqlConnection connection, Snapshot snapshot, UserPart? part, bool linksChanged, CancellationToken cancellation)
    {
        var rows = snapshot.Rows;
        if (part is not null && linksChanged)
        {
            var guests = await PeopleLoader.ReadGuestsAsync(connection, part, cancellation);
            const string Linked = "AND user_id IN (SELECT user_id FROM user_links UNION ALL SELECT alias FROM user_links)";
            var added = await ReadRowsAsync(
                connection, snapshot.ClusteringId, Linked, id => guests.Find(id) is not null && snapshot.Rows.Ids.Find(id) is null, cancellation);
            if (added.Count > 0) rows = rows.With(added);
        }

        return await PeopleLoader.UpdateAsync(connection, snapshot.People, rows, snapshot.Publication.View, linksChanged, cancellation);
    }

    /// <summary>Reads what analysts have written of clusters, of any clustering.</summary>
    public static async Task<IReadOnlyDictionary<ClusterId, ClusterName>> ReadNamesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT cluster_id, label, note FROM cluster_names", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var names = new Dictionary<ClusterId, ClusterName>();
        while (await reader.ReadAsync(cancellation))
        {
            var id = new ClusterId(reader.GetInt32(0));
            names.Add(id, new ClusterName { ClusterId = id, Label = Text(1), Note = Text(2) });
        }

        return names;

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Reads the persons of the increments that a snapshot does not include.</summary>
    public static async Task<IReadOnlyList<IncrementalUser>> ReadIncrementalAsync(
        NpgsqlConnection connection, Snapshot snapshot, UserPart? part, CancellationToken cancellation)
    {
        // Of a person whose ids have been assigned before they were joined, the assignment of the id that represents the person.
        await using var query = new NpgsqlCommand($"""
            WITH assigned AS (
                SELECT coalesce(links.user_id, assignments.user_id) AS person, assignments.*
                FROM assignments LEFT JOIN user_links AS links ON alias = assignments.user_id WHERE clustering_id = $1 AND increment > $2)
            SELECT DISTINCT ON (person) person, cluster_number, noise, distance, memberships, vector,
                array(SELECT alias FROM user_links WHERE user_links.user_id = person), assigned_at, increment
            FROM assigned WHERE person NOT IN {PersonSql.OptedOutSql} ORDER BY person, (user_id = person) DESC, user_id
            """, connection);
        query.Parameters.AddWithValue(snapshot.ClusteringId);
        query.Parameters.AddWithValue(snapshot.Increments);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var users = new List<IncrementalUser>();
        while (await reader.ReadAsync(cancellation))
        {
            var placement = new Placement(
                reader.GetString(0), new ClusterNumber(reader.GetInt32(1)), reader.GetBoolean(2), reader.GetFloat(3),
                Packed.Unpack<StoredMembership>(reader.GetFieldValue<byte[]>(4)).ToArray(), Packed.Unpack<float>(reader.GetFieldValue<byte[]>(5)).ToArray());
            string[] aliases = reader.GetFieldValue<string[]>(6);
            if (part is null || part.Contains(placement.UserId) || aliases.Any(part.Contains))
                users.Add(new IncrementalUser(placement, aliases, reader.GetDateTime(7), reader.GetInt64(8)));
        }

        return users;
    }

    private static async Task<AssignedUsers> ReadRowsAsync(
        NpgsqlConnection connection, Guid clustering, string condition, Func<ReadOnlySpan<byte>, bool>? holds, CancellationToken cancellation)
    {
        var users = new AssignedUsers();
        await using var reader = await CopyReader.BeginAsync(
            connection, $"SELECT {AssignedUsers.Columns} FROM assignments WHERE clustering_id = '{clustering}' AND increment = 0 {condition}", cancellation);
        while (await reader.ReadRowAsync(cancellation)) users.Add(reader, holds);
        return users;
    }

    private static async Task<ClusteringMetrics?> ReadMetricsAsync(NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT metrics FROM clusterings WHERE id = $1", connection);
        query.Parameters.AddWithValue(clustering);
        return await query.ExecuteScalarAsync(cancellation) is string metrics ? JsonSerializer.Deserialize<ClusteringMetrics>(metrics, InterestDbContext.JsonOptions) : null;
    }

    private static async Task<List<ClusterResponse>> ReadClustersAsync(
        NpgsqlConnection connection, PublicationRow publication, IReadOnlyDictionary<ClusterId, ClusterName> names, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT cluster_id, label, users, share, cohesion, persistence, profile FROM clusters WHERE clustering_id = $1 ORDER BY number", connection);
        query.Parameters.AddWithValue(publication.ClusteringId);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var trends = new ClusterTrends(publication.BasedOn, publication.Lineage);
        var clusters = new List<ClusterResponse>();
        while (await reader.ReadAsync(cancellation))
        {
            var profile = JsonSerializer.Deserialize<ClusterProfile>(reader.GetString(6), InterestDbContext.JsonOptions)!;
            var id = new ClusterId(reader.GetInt32(0));
            var generated = new ClusterResponse(
                id.Value, reader.GetString(1), reader.GetString(1), null, reader.GetInt32(2), reader.GetDouble(3), reader.GetDouble(4),
                reader.IsDBNull(5) ? null : reader.GetDouble(5),
                profile.TopCategories, profile.TopItems, profile.TopTerms, profile.TopCommunities, profile.Medoids, trends.ForCluster(id));
            clusters.Add(generated.With(names.GetValueOrDefault(id)));
        }

        return clusters;
    }
}
