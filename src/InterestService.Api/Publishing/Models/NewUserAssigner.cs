using System.Text.Json;
using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using Npgsql;

namespace InterestService.Api.Publishing.Models;

/// <summary>
/// Assigns users whose events arrived after the run of the published clustering to clusters, by its model. Their assignments follow their
/// events until the next clustering, and end when these are all taken back; assignments of the run itself do not change. One worker at a time
/// searches; the progress is stored with the clustering, so that publishing an earlier one again continues where its assignment stopped.
/// </summary>
internal sealed partial class NewUserAssigner(
    [FromKeyedServices(DatabaseServices.LongRunning)] NpgsqlDataSource database,
    PublishedModel models,
    TimeProvider time,
    ILogger<NewUserAssigner> logger) : PeriodicService(_interval, time, logger)
{
    private const int ChunkUsers = 500;
    private const string LockSql = "pg_try_advisory_lock(1852142963, 1)";
    private const string UnlockSql = "pg_advisory_unlock(1852142963, 1)";

    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time = time;

    /// <summary>Searches and assigns once.</summary>
    /// <returns>The number of assignments written or removed.</returns>
    public async Task<int> AssignAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (!await SelectAsync(connection, LockSql, cancellation)) return 0; // another worker searches
        try
        {
            return await LookAsync(connection, cancellation);
        }
        finally
        {
            // A broken connection has released the lock.
            if (connection.State == System.Data.ConnectionState.Open) await SelectAsync(connection, UnlockSql, CancellationToken.None);
        }
    }

    protected override async Task RunOnceAsync(CancellationToken cancellation)
    {
        int users = await AssignAsync(cancellation);
        if (users > 0) LogAssigned(users);
    }

    private async Task<int> LookAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var (last, settled) = await Arrivals.ReadAsync(connection, cancellation);
        if (await PublishedAsync(connection, cancellation) is not { } published || published.AssignedBatch == last) return 0;
        var events = EventWindow.Create(published.Request, _time.GetUtcNow());
        string[] users = await FindAsync(connection, published, events, cancellation);
        int assigned = 0;
        if (users.Length > 0)
        {
            using var model = await models.RentAsync(cancellation);
            if (model?.Snapshot.ClusteringId != published.Id) return 0; // this process has not loaded it yet
            var writer = new NewUserWriter(database, connection, model, events, published.Request.Parameters.MinimumUserItems ?? 1);
            foreach (string[] chunk in users.Chunk(ChunkUsers))
            {
                if (await writer.AssignAsync(chunk, cancellation) is not { } written) return assigned; // another clustering is published
                assigned += written;
            }
        }

        await using var note = new NpgsqlCommand("UPDATE clusterings SET assigned_batch = $2 WHERE id = $1", connection);
        note.Parameters.AddWithValue(published.Id);
        note.Parameters.AddWithValue(settled);
        await note.ExecuteNonQueryAsync(cancellation);
        return assigned;
    }

    /// <summary>
    /// Finds the users with later events whom the run of the clustering has not assigned: those whose events arrived since the last search, and
    /// those on whose items texts have arrived since then, by which some models know an item.
    /// </summary>
    private static async Task<string[]> FindAsync(
        NpgsqlConnection connection, PublishedClustering published, EventWindow events, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            WITH active AS (
                SELECT DISTINCT coalesce(user_links.user_id, events.user_id) AS user_id
                FROM events LEFT JOIN user_links ON alias = events.user_id
                WHERE arrival >= $1 AND occurred_at >= $2 AND occurred_at < $3
                UNION
                SELECT coalesce(user_links.user_id, events.user_id)
                FROM items JOIN events USING (item_id) LEFT JOIN user_links ON alias = events.user_id
                WHERE items.arrival >= $1 AND events.arrival >= $5 AND occurred_at >= $2 AND occurred_at < $3
            )
            SELECT coalesce(array_agg(user_id), ARRAY[]::text[]) FROM active
            WHERE user_id NOT IN {PersonSql.OptedOutSql} AND NOT EXISTS (
                SELECT FROM assignments WHERE assignments.user_id = active.user_id AND clustering_id = $4 AND increment = 0)
            """, connection);
        query.Parameters.AddWithValue(Arrivals.After(published.AssignedBatch));
        query.Parameters.AddWithValue(events.From);
        query.Parameters.AddWithValue(events.To);
        query.Parameters.AddWithValue(published.Id);
        query.Parameters.AddWithValue(Arrivals.After(published.LoadedBatch));
        return (string[])(await query.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<PublishedClustering?> PublishedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT id, loaded_batch, assigned_batch, request FROM clusterings WHERE id = (SELECT clustering_id FROM publication)", connection);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new PublishedClustering(
                reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2),
                JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(3), InterestDbContext.JsonOptions)!)
            : null;
    }

    private static async Task<bool> SelectAsync(NpgsqlConnection connection, string function, CancellationToken cancellation)
    {
        await using var call = new NpgsqlCommand($"SELECT {function}", connection);
        return await call.ExecuteScalarAsync(cancellation) is true;
    }

    private sealed record PublishedClustering(Guid Id, long LoadedBatch, long AssignedBatch, ClusteringRequest Request);

    [LoggerMessage(LogLevel.Information, "Updated the assignments of {Users} new users by the published model")]
    private partial void LogAssigned(int users);
}
