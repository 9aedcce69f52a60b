using System.Text.Json;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Requests;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using Microsoft.Extensions.Options;
using Npgsql;

namespace InterestService.Api.Reclustering;

/// <summary>Measures drift from the published clustering.</summary>
internal sealed class DriftMeter(
    NpgsqlDataSource database, PublishedModel models, IOptions<ReclusteringOptions> options, DriftInstruments instruments, TimeProvider time)
{
    /// <summary>Bounds the standard error of a proportion to 1.6 %.</summary>
    private const int SampleUsers = 1000;

    private const long MinEvents = 100;
    private const double MinPart = .01;

    /// <returns>Null when nothing is published.</returns>
    public async Task<DriftResponse?> MeasureAsync(CancellationToken cancellation)
    {
        using var published = await models.RentAsync(cancellation);
        if (published is null) return null;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // Null when the clustering was replaced and deleted in the meantime.
        if (await ReadAsync(connection, published.Snapshot.ClusteringId, cancellation) is not { } clustering) return null;
        var events = EventWindow.Create(clustering.Request, time.GetUtcNow());

        var (unknown, arrived) = await CountAsync(connection, published, events, clustering.LoadedBatch, cancellation);
        var (moved, sampled) = await SampleAsync(connection, published, events, cancellation);
        double? threshold = options.Value.DriftThreshold;
        bool enough = arrived >= Math.Max(MinEvents, clustering.Events * MinPart);
        bool drifted = enough && (moved > threshold * sampled || unknown > threshold * arrived);
        var drift = new DriftResponse(moved, sampled, unknown, arrived, threshold, drifted, clustering.Since, published.Snapshot.ClusteringId);
        instruments.Record(drift);
        return drift;
    }

    private static async Task<(long Unknown, long Arrived)> CountAsync(
        NpgsqlConnection connection, PublishedModel.Lease published, EventWindow events, long loadedBatch, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT item_id, count(*) FROM events
            WHERE arrival >= $1 AND occurred_at >= $2 AND occurred_at < $3 AND item_id IS NOT NULL GROUP BY item_id
            """, connection);
        query.Parameters.AddWithValue(Arrivals.After(loadedBatch));
        query.Parameters.AddWithValue(events.From);
        query.Parameters.AddWithValue(events.To);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        long unknown = 0, arrived = 0;
        while (await reader.ReadAsync(cancellation))
        {
            arrived += reader.GetInt64(1);
            if (!published.Model.Knows(reader.GetString(0))) unknown += reader.GetInt64(1);
        }

        return (unknown, arrived);
    }

    private async Task<(int Moved, int Sampled)> SampleAsync(
        NpgsqlConnection connection, PublishedModel.Lease published, EventWindow events, CancellationToken cancellation)
    {
        var snapshot = published.Snapshot;
        int size = Math.Min(SampleUsers, snapshot.RowCount);
        string[] sample =
        [
            .. Enumerable.Range(0, size).Select(i => (int)((long)i * snapshot.RowCount / size))
                .Where(snapshot.People.IsShown).Select(snapshot.People.PersonOf),
        ];
        int moved = 0, sampled = 0;
        using var log = await events.LoadAsync(connection, sample, cancellation);
        var newItems = await NewItems.ReadAsync(database, published.Model, log, cancellation);
        foreach (var now in Placements.Compute(published.Model, published.Snapshot.Reach, log, newItems, cancellation))
        {
            // The most probable cluster has the nearest centroid; the algorithm may have put the user in another one.
            if (snapshot.FindUser(now.UserId)?.Memberships[0].ClusterId is not { } before) continue;
            sampled++;
            if (snapshot.ClusterOfNumber(now.ClusterNumber).Id != before) moved++;
        }

        return (moved, sampled);
    }

    private static async Task<MeasuredClustering?> ReadAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand(
            "SELECT loaded_batch, events, started_at, request FROM clusterings WHERE id = $1", connection);
        query.Parameters.AddWithValue(id);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new MeasuredClustering(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2),
                JsonSerializer.Deserialize<ClusteringRequest>(reader.GetString(3), InterestDbContext.JsonOptions)!)
            : null;
    }

    private sealed record MeasuredClustering(long LoadedBatch, long Events, DateTime Since, ClusteringRequest Request);
}
