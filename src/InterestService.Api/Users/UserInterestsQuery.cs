using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Profiling;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Users;

/// <summary>What a user is interested in.</summary>
/// <param name="UserId">The user; of an alias, the person.</param>
/// <param name="Interests">The strongest first.</param>
/// <param name="Clusters">The user's clusters in the published clustering; empty when there is none.</param>
public sealed record UserInterestsResponse(
    string UserId, IReadOnlyList<UserInterest> Interests, IReadOnlyList<ClusterMembership> Clusters);

/// <summary>Computes the interests of a user from the events in the database, up to the last committed one.</summary>
internal sealed class UserInterestsQuery(NpgsqlDataSource database, IOptions<PipelineDefaults> defaults, TimeProvider time)
{
    /// <summary>Bounds the cost of one call; older events weigh little.</summary>
    private const int MaxEvents = 5000;

    private static readonly TimeSpan _repeatWindow = new CleaningOptions().RepeatWindow;
    private static readonly TimeSpan _halfLife = TimeSpan.FromDays(new WeightingOptions().HalfLifeDays);

    private readonly EventMeanings _meanings = defaults.Value.ToMeanings();

    /// <returns>Interests, the strongest first; null when the user has no events.</returns>
    public async Task<IReadOnlyList<UserInterest>?> FindAsync(string userId, Guid? clusteringId, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var events = await ReadEventsAsync(connection, userId, clusteringId, time.GetUtcNow().AddDays(1).UtcDateTime, cancellation);
        if (events.Count == 0) return null;
        var population = clusteringId is { } id ? await ReadPopulationAsync(connection, id, events, cancellation) : [];
        var ratingTypes = _meanings.RatingTypes.ToHashSet(EventTypeNames.Comparer);
        string[] types = [.. events.Where(e => e.Value is not null).Select(e => e.EventType).Distinct().Where(ratingTypes.Contains)];
        var meanings = _meanings with { KnownScales = await RatingScales.ReadAsync(connection, clusteringId, types, cancellation) };
        return UserInterests.Find(
            events, meanings, _repeatWindow, _halfLife, (dimension, name) => population.TryGetValue((dimension, name), out double share) ? share : null);
    }

    private static async Task<List<UserEvent>> ReadEventsAsync(
        NpgsqlConnection connection, string userId, Guid? clusteringId, DateTime latest, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand($"""
            SELECT e.item_id, i.title, coalesce(i.categories, e.categories), e.event_type, e.occurred_at, e.value, e.query, e.source,
                c.community
            FROM events e LEFT JOIN items i USING (item_id) LEFT JOIN item_communities c ON c.clustering_id = $4 AND c.item_id = e.item_id
            WHERE e.user_id IN {PersonSql.AllIdsSql} AND e.occurred_at <= $3 ORDER BY e.occurred_at DESC, e.arrival DESC LIMIT $2
            """, connection);
        query.Parameters.AddWithValue(userId);
        query.Parameters.AddWithValue(MaxEvents);
        query.Parameters.AddWithValue(latest); // later events are clock errors, as for the pipeline
        query.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)clusteringId ?? DBNull.Value);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var events = new List<UserEvent>();
        while (await reader.ReadAsync(cancellation))
        {
            events.Add(new UserEvent(
                reader.TextOrNull(0), new ItemDescription(reader.TextOrNull(1), reader.IsDBNull(2) ? [] : reader.GetFieldValue<string[]>(2)),
                reader.GetString(3), reader.GetDateTime(4), reader.IsDBNull(5) ? null : reader.GetDouble(5), reader.TextOrNull(6), reader.TextOrNull(7),
                reader.TextOrNull(8)));
        }

        events.Reverse();
        return events;
    }

    private static async Task<Dictionary<(string Dimension, string Name), double>> ReadPopulationAsync(
        NpgsqlConnection connection, Guid clusteringId, List<UserEvent> events, CancellationToken cancellation)
    {
        var features = events.SelectMany(UserInterests.Features).Distinct().ToList();
        await using var query = new NpgsqlCommand("""
            SELECT dimension, name, share FROM population_shares
            JOIN unnest($2, $3) AS asked (dimension, name) USING (dimension, name) WHERE clustering_id = $1
            """, connection);
        query.Parameters.AddWithValue(clusteringId);
        query.Parameters.AddWithValue(features.Select(feature => feature.Dimension).ToArray());
        query.Parameters.AddWithValue(features.Select(feature => feature.Name).ToArray());
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var shares = new Dictionary<(string, string), double>();
        while (await reader.ReadAsync(cancellation)) shares.Add((reader.GetString(0), reader.GetString(1)), reader.GetDouble(2));
        return shares;
    }
}
