using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Profiling;
using Npgsql;
using NpgsqlTypes;

namespace InterestService.Api.Storage.Queries;

/// <summary>
/// Reads what the events of people speak of, and how their ratings are to be read: each item, each population's share and each scale once for many
/// people. Not thread-safe.
/// </summary>
/// <param name="connection">Connection, which is used while events are described.</param>
/// <param name="clusteringId">The clustering whose users lift compares with, and whose communities items belong to; null for none.</param>
/// <param name="meanings">What events mean.</param>
internal sealed class InterestSubjects(NpgsqlConnection connection, Guid? clusteringId, EventMeanings meanings)
{
    /// <summary>Bounds the memory: when there are more features, all is forgotten and read again.</summary>
    private const int MaxFeatures = 300_000;

    private readonly HashSet<string> _ratingTypes = meanings.RatingTypes.ToHashSet(EventTypeNames.Comparer);
    private readonly HashSet<string> _scaledTypes = [];
    private readonly HashSet<string> _unscaledTypes = [];
    private readonly Dictionary<(string? Item, string? Query, string? Categories), EventSubject> _searches = [];
    private readonly Dictionary<string, Item> _items = [];
    private InterestFeatures _features = new();
    private EventMeanings _meanings = meanings;

    /// <summary>Describes the events of some people.</summary>
    /// <param name="people">The people, each with at least one event.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public async Task<InterestBatch> DescribeAsync(IReadOnlyList<PersonEvents> people, CancellationToken cancellation)
    {
        if (_features.Count > MaxFeatures)
        {
            _searches.Clear();
            _items.Clear();
            _features = new InterestFeatures();
        }

        string[] unknown = [.. people.SelectMany(person => person.Acts).Select(act => act.ItemId).OfType<string>().Where(item => !_items.ContainsKey(item)).Distinct()];
        if (unknown.Length > 0) await ReadItemsAsync(unknown, cancellation);
        UserEvent[][] events = [.. people.Select(person => person.Acts.Select(Describe).ToArray())];
        await ReadSharesAsync(_features.TakeNew(), cancellation);
        bool scaled = await ReadScalesAsync(events, cancellation);
        return new InterestBatch(people, events, _meanings, scaled);
    }

    private UserEvent Describe(StoredAct act)
    {
        var subject = act.ItemId is { } id && act.Query is null ? SubjectOf(id) : SubjectOf(act);
        return new UserEvent(subject, act.ItemId, act.EventType, act.OccurredAt, act.Value, act.Source);
    }

    private EventSubject SubjectOf(string itemId)
    {
        var item = _items[itemId];
        return item.Subject ??= _features.Describe(itemId, item.Description, null, item.Community);
    }

    /// <summary>Returns what a search speaks of; one without an item has categories of its own.</summary>
    private EventSubject SubjectOf(StoredAct search)
    {
        var key = (search.ItemId, search.Query, search.Categories);
        if (_searches.TryGetValue(key, out var subject)) return subject;
        var item = search.ItemId is { } id ? _items[id] : new Item(new ItemDescription(null, search.Categories?.Split('|') ?? []), null);
        subject = _features.Describe(search.ItemId, item.Description, search.Query, item.Community);
        _searches.Add(key, subject);
        return subject;
    }

    private async Task ReadItemsAsync(string[] ids, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT id, title, coalesce(categories, '{}'), community FROM unnest($1) AS id
            LEFT JOIN items ON items.item_id = id LEFT JOIN item_communities c ON c.clustering_id = $2 AND c.item_id = id
            """, connection);
        query.Parameters.AddWithValue(ids);
        query.Parameters.AddWithValue(NpgsqlDbType.Uuid, (object?)clusteringId ?? DBNull.Value);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            _items.Add(reader.GetString(0), new Item(new ItemDescription(reader.TextOrNull(1), reader.GetFieldValue<string[]>(2)), reader.TextOrNull(3)));
    }

    private async Task ReadSharesAsync(IReadOnlyList<InterestFeature> features, CancellationToken cancellation)
    {
        if (clusteringId is not { } id || features.Count == 0) return;
        await using var query = new NpgsqlCommand("""
            SELECT number::int, share FROM population_shares
            JOIN unnest($2, $3) WITH ORDINALITY AS asked (dimension, name, number) USING (dimension, name) WHERE clustering_id = $1
            """, connection);
        query.Parameters.AddWithValue(id);
        query.Parameters.AddWithValue(features.Select(feature => feature.Dimension).ToArray());
        query.Parameters.AddWithValue(features.Select(feature => feature.Name).ToArray());
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) features[reader.GetInt32(0) - 1].Share = reader.GetDouble(1);
    }

    /// <summary>Reads the scales of the ratings that are new among the events.</summary>
    /// <returns>Whether the scales of all of the events' ratings are known.</returns>
    private async Task<bool> ReadScalesAsync(UserEvent[][] events, CancellationToken cancellation)
    {
        string[] types = [.. events.SelectMany(own => own).Where(e => e.Value is not null).Select(e => e.EventType).Distinct().Where(_ratingTypes.Contains)];
        string[] unread = [.. types.Where(_scaledTypes.Add)];
        if (unread.Length > 0)
        {
            _meanings = _meanings with { KnownScales = [.. _meanings.KnownScales.Union(await RatingScales.ReadAsync(connection, clusteringId, unread, cancellation))] };
            _unscaledTypes.UnionWith(unread.Except(_meanings.KnownScales.Select(scale => scale.EventType), EventTypeNames.Comparer));
        }

        return !_unscaledTypes.Overlaps(types);
    }

    private sealed record Item(ItemDescription Description, string? Community)
    {
        /// <summary>What an event on the item speaks of; null until there is one.</summary>
        public EventSubject? Subject { get; set; }
    }
}

/// <summary>The events of some people, described.</summary>
/// <param name="people">The people.</param>
/// <param name="events">Their events.</param>
/// <param name="meanings">What events mean, with the scales of ratings.</param>
/// <param name="scaled">Whether the scales of all ratings are known.</param>
internal sealed class InterestBatch(IReadOnlyList<PersonEvents> people, UserEvent[][] events, EventMeanings meanings, bool scaled)
{
    private static readonly TimeSpan _repeatWindow = new CleaningOptions().RepeatWindow;
    private static readonly TimeSpan _halfLife = TimeSpan.FromDays(new WeightingOptions().HalfLifeDays);

    /// <summary>Finds the interests of the people, without the database.</summary>
    public IReadOnlyList<PersonInterests> Find()
    {
        // A scale that nothing else tells is that of the person's own ratings, whoever else is in the batch.
        var interests = scaled ? Find(events) : [.. events.SelectMany(own => Find([own]))];
        return [.. people.Select((person, i) => new PersonInterests(person.PersonId, person.Count, interests[i]))];
    }

    private IReadOnlyList<UserInterest>[] Find(UserEvent[][] users) => UserInterests.Find(users, meanings, _repeatWindow, _halfLife);
}
