using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>
/// Places users by all their events and stores their assignments, a chunk of users in one transaction. Users whose events give no placement any
/// more, because they took everything back, lose the one that they have.
/// </summary>
internal sealed class NewUserWriter(
    NpgsqlDataSource database, NpgsqlConnection connection, PublishedModel.Lease published, EventWindow events, int minimumItems)
{
    private const string ReadSql = "SELECT people, increments FROM publication WHERE clustering_id = $1";
    private const string CountSql =
        "UPDATE publication SET increments = increments + 1 WHERE clustering_id = $1 RETURNING people, increments";

    // Of people who have opted out no events are read; their assignments are not shown, and stay for when they take the opt-out back.
    private const string RemoveSql = $"""
        DELETE FROM assignments USING unnest($2) AS person
        WHERE clustering_id = $1 AND increment > 0 AND person NOT IN {PersonSql.OptedOutSql}
            AND (assignments.user_id = person OR assignments.user_id IN (SELECT alias FROM user_links WHERE user_links.user_id = person))
        """;

    private readonly Guid _clustering = published.Snapshot.ClusteringId;

    /// <returns>The number of assignments written or removed; null when another clustering has been published.</returns>
    public async Task<int?> AssignAsync(string[] users, CancellationToken cancellation)
    {
        while (true)
        {
            if (await CallAsync(ReadSql, cancellation) is not { } before) return null;
            using var log = await events.LoadAsync(connection, users, cancellation);
            var newItems = await NewItems.ReadAsync(database, published.Model, log, cancellation);
            var placements = Placements.Compute(published.Model, published.Snapshot.Reach, log, newItems, cancellation, minimumItems);
            string[] unplaced = [.. users.Except(placements.Select(placement => placement.UserId))];
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            // From here on, a change of people waits for this transaction and acts on what it wrote.
            if (await CallAsync(CountSql, cancellation) is not { } now) return null;
            if (now.People != before.People) continue; // the events read may belong to an erased user, or to another person by now
            int removed = await RemoveAsync(unplaced, cancellation);
            // An increment cannot take a user away: snapshots read all increments again.
            if (removed > 0) await PeopleChanges.AnnounceAsync(connection, links: false, cancellation);
            int changed = removed + await WriteAsync(placements, now.Increments, cancellation);
            if (changed > 0) await transaction.CommitAsync(cancellation);
            return changed;
        }
    }

    private async Task<int> RemoveAsync(string[] persons, CancellationToken cancellation)
    {
        if (persons.Length == 0) return 0;
        await using var remove = new NpgsqlCommand(RemoveSql, connection);
        remove.Parameters.AddWithValue(_clustering);
        remove.Parameters.AddWithValue(persons);
        return await remove.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<(long People, long Increments)?> CallAsync(string sql, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(sql, connection);
        query.Parameters.AddWithValue(_clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetInt64(1)) : null;
    }

    private async Task<int> WriteAsync(List<Placement> placements, long increment, CancellationToken cancellation)
    {
        if (placements.Count == 0) return 0;
        await using var insert = new NpgsqlBatch(connection);
        foreach (var placement in placements) insert.BatchCommands.Add(Insert(placement, increment));
        int written = await insert.ExecuteNonQueryAsync(cancellation);
        await using var announce = new NpgsqlCommand($"NOTIFY {Publication.Channel}", connection);
        await announce.ExecuteNonQueryAsync(cancellation);
        return written;
    }

    private NpgsqlBatchCommand Insert(Placement placement, long increment) => new("""
        INSERT INTO assignments (
            user_id, clustering_id, cluster_number, noise, distance, memberships, vector, increment, assigned_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
        ON CONFLICT (user_id, clustering_id) DO UPDATE SET
            cluster_number = excluded.cluster_number, noise = excluded.noise, distance = excluded.distance,
            memberships = excluded.memberships, vector = excluded.vector, increment = excluded.increment, assigned_at = excluded.assigned_at
        WHERE assignments.increment > 0 AND assignments.vector <> excluded.vector
        """)
    {
        Parameters =
        {
            new() { Value = placement.UserId },
            new() { Value = _clustering },
            new() { Value = placement.ClusterNumber.Value },
            new() { Value = placement.Noise },
            new() { Value = placement.Distance },
            new() { Value = Packed.Pack<StoredMembership>(placement.Memberships) },
            new() { Value = Packed.Pack<float>(placement.Vector) },
            new() { Value = increment },
        },
    };
}
