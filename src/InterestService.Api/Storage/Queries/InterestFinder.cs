using System.Runtime.CompilerServices;
using InterestService.Api.Requests;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Profiling;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Storage.Queries;

/// <summary>Finds the interests of people in their events in the database, up to the last committed one. Thread-safe.</summary>
internal sealed class InterestFinder(IOptions<PipelineDefaults> defaults, TimeProvider time)
{
    private readonly EventMeanings _meanings = defaults.Value.ToMeanings();

    /// <summary>Begins to read.</summary>
    /// <param name="connection">Connection, which is used while the reader reads.</param>
    /// <param name="clusteringId">The clustering whose users lift compares with, and whose communities items belong to; null for none.</param>
    public InterestReader Open(NpgsqlConnection connection, Guid? clusteringId) =>
        new(connection, clusteringId, _meanings, time.GetUtcNow().AddDays(1).UtcDateTime); // later events are clock errors, as for the pipeline
}

/// <summary>The interests of a person.</summary>
/// <param name="Id">The id that represents the person.</param>
/// <param name="Events">Number of events that were read.</param>
/// <param name="Interests">The strongest first.</param>
internal sealed record PersonInterests(string Id, int Events, IReadOnlyList<UserInterest> Interests);

/// <summary>Reads interests with one connection. Not thread-safe.</summary>
internal sealed class InterestReader(NpgsqlConnection connection, Guid? clusteringId, EventMeanings meanings, DateTime latest)
{
    /// <summary>Bounds the cost of a person; older events weigh little.</summary>
    private const int MaxPersonEvents = 5000;

    /// <summary>Bounds the memory of events; more than those of one person.</summary>
    private const int MaxEvents = 50_000;

    private static readonly TimeSpan _repeatWindow = new CleaningOptions().RepeatWindow;
    private static readonly TimeSpan _halfLife = TimeSpan.FromDays(new WeightingOptions().HalfLifeDays);

    private readonly HashSet<string> _ratingTypes = meanings.RatingTypes.ToHashSet(EventTypeNames.Comparer);
    private readonly HashSet<string> _scaledTypes = [];
    private IReadOnlyList<SourceScale> _scales = [];

    /// <summary>Reads the interests of people.</summary>
    /// <param name="people">The ids that represent them.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    /// <returns>The people in the same order.</returns>
    public async IAsyncEnumerable<PersonInterests> ReadAsync(string[] people, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (people.Length > 0)
        {
            var histories = await ReadEventsAsync(people, cancellation);
            var population = await ReadPopulationAsync(histories, cancellation);
            await ReadScalesAsync(histories, cancellation);
            var scaled = meanings with { KnownScales = _scales };
            for (int i = 0; i < histories.Length; i++)
            {
                var found = UserInterests.Find(
                    histories[i], scaled, _repeatWindow, _halfLife,
                    (dimension, name) => population.TryGetValue((dimension, name), out double share) ? share : null);
                yield return new PersonInterests(people[i], histories[i].Count, found);
            }

            people = people[histories.Length..];
        }
    }

    /// <returns>The latest events of the first of the people, of all unless these have too many together.</returns>
    private async Task<List<UserEvent>[]> ReadEventsAsync(string[] people, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT ordinal, e.item_id, i.title, coalesce(i.categories, e.categories), e.event_type, e.occurred_at, e.value, e.query, e.source, c.community
            FROM unnest($1) WITH ORDINALITY AS people (person, ordinal) CROSS JOIN LATERAL (
                SELECT * FROM events
                WHERE user_id IN (SELECT person UNION ALL SELECT alias FROM user_links WHERE user_links.user_id = person) AND occurred_at <= $3
                ORDER BY occurred_at DESC, arrival DESC LIMIT $2) AS e
            LEFT JOIN items i USING (item_id) LEFT JOIN item_communities c ON c.clustering_id = $4 AND c.item_id = e.item_id
            ORDER BY ordinal, e.occurred_at DESC, e.arrival DESC LIMIT $5
            """, connection);
        query.Parameters.AddWithValue(people);
        query.Parameters.AddWithValue(MaxPersonEvents);
        query.Parameters.AddWithValue(latest);
        query.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)clusteringId ?? DBNull.Value);
        query.Parameters.AddWithValue(MaxEvents);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var histories = Array.ConvertAll(people, _ => new List<UserEvent>());
        int count = 0, last = 0;
        for (; await reader.ReadAsync(cancellation); count++)
        {
            last = (int)reader.GetInt64(0) - 1;
            histories[last].Add(new UserEvent(
                reader.TextOrNull(1), new ItemDescription(reader.TextOrNull(2), reader.IsDBNull(3) ? [] : reader.GetFieldValue<string[]>(3)),
                reader.GetString(4), reader.GetDateTime(5), reader.IsDBNull(6) ? null : reader.GetDouble(6), reader.TextOrNull(7), reader.TextOrNull(8),
                reader.TextOrNull(9)));
        }

        foreach (var history in histories) history.Reverse();
        return count < MaxEvents ? histories : histories[..last]; // the last one may lack events
    }

    private async Task<Dictionary<(string Dimension, string Name), double>> ReadPopulationAsync(List<UserEvent>[] histories, CancellationToken cancellation)
    {
        var shares = new Dictionary<(string, string), double>();
        if (clusteringId is not { } id) return shares;
        var features = histories.SelectMany(events => events).SelectMany(UserInterests.Features).ToHashSet();
        await using var query = new NpgsqlCommand("""
            SELECT dimension, name, share FROM population_shares
            JOIN unnest($2, $3) AS asked (dimension, name) USING (dimension, name) WHERE clustering_id = $1
            """, connection);
        query.Parameters.AddWithValue(id);
        query.Parameters.AddWithValue(features.Select(feature => feature.Dimension).ToArray());
        query.Parameters.AddWithValue(features.Select(feature => feature.Name).ToArray());
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) shares.Add((reader.GetString(0), reader.GetString(1)), reader.GetDouble(2));
        return shares;
    }

    /// <summary>Reads the scales of the ratings that are new among the events.</summary>
    private async Task ReadScalesAsync(List<UserEvent>[] histories, CancellationToken cancellation)
    {
        string[] types =
        [
            .. histories.SelectMany(events => events).Where(e => e.Value is not null).Select(e => e.EventType).Distinct()
                .Where(type => _ratingTypes.Contains(type) && _scaledTypes.Add(type)),
        ];
        if (types.Length > 0) _scales = [.. _scales.Union(await RatingScales.ReadAsync(connection, clusteringId, types, cancellation))];
    }
}
