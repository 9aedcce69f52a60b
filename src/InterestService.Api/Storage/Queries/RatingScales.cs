using System.Runtime.InteropServices;
using System.Text.Json;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using Npgsql;

namespace InterestService.Api.Storage.Queries;

/// <summary>Reads the scales of ratings for the events of single users, which are too few to show a scale.</summary>
internal static class RatingScales
{
    /// <summary>Rows of the sample, about; a scale shows in far fewer ratings.</summary>
    private const double SampleRows = 50_000;

    /// <summary>Reads the scales that a clustering found and, for other types, those of a sample of all events.</summary>
    /// <param name="connection">Connection to the database.</param>
    /// <param name="clusteringId">The published clustering; null while there is none.</param>
    /// <param name="types">Types of ratings, as the events have them.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async Task<IReadOnlyList<SourceScale>> ReadAsync(
        NpgsqlConnection connection, Guid? clusteringId, string[] types, CancellationToken cancellation)
    {
        if (types.Length == 0) return [];
        var known = clusteringId is { } id ? await ReadStoredAsync(connection, id, cancellation) : [];
        var missing = types.Except(known.Select(scale => scale.EventType), EventTypeNames.Comparer).ToArray();
        return missing.Length == 0 ? known : [.. known, .. await FindAsync(connection, missing, cancellation)];
    }

    private static async Task<SourceScale[]> ReadStoredAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT rating_scales FROM clusterings WHERE id = $1", connection);
        query.Parameters.AddWithValue(id);
        // Null when the clustering has been deleted in the meantime.
        return await query.ExecuteScalarAsync(cancellation) is string json ? JsonSerializer.Deserialize<SourceScale[]>(json, InterestDbContext.JsonOptions)! : [];
    }

    private static async Task<IEnumerable<SourceScale>> FindAsync(NpgsqlConnection connection, string[] types, CancellationToken cancellation)
    {
        await using var count = new NpgsqlCommand($"SELECT sum(reltuples)::float8 FROM {EventTables.Sql}", connection);
        double rows = (double)(await count.ExecuteScalarAsync(cancellation))!; // an estimate; -1 of a table before its first one
        await using var query = new NpgsqlCommand("""
            SELECT source, event_type, value FROM events TABLESAMPLE SYSTEM ($2) REPEATABLE (1) WHERE event_type = ANY($1) AND value IS NOT NULL
            """, connection);
        query.Parameters.AddWithValue(types);
        query.Parameters.AddWithValue((float)(100 * Math.Min(1, SampleRows / Math.Max(rows, 1))));
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var ratings = new Dictionary<(string? Source, string Type), List<float>>();
        while (await reader.ReadAsync(cancellation))
        {
            var group = (reader.TextOrNull(0), reader.GetString(1));
            if (!ratings.TryGetValue(group, out var values)) ratings.Add(group, values = []);
            values.Add((float)reader.GetDouble(2));
        }

        return ratings.Select(group =>
        {
            var scale = RatingScale.Find(CollectionsMarshal.AsSpan(group.Value));
            return new SourceScale(group.Key.Source, group.Key.Type, scale.Low, scale.High);
        });
    }
}
