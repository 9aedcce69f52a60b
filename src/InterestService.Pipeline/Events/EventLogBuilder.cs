namespace InterestService.Pipeline.Events;

/// <summary>Collects events, which must come ordered by user and time, into an <see cref="EventLog"/>.</summary>
public sealed class EventLogBuilder
{
    /// <summary>Values are bounded, so that no sum overflows.</summary>
    private const double MaxValue = 1e30;

    private readonly List<string> _userIds = [];
    private readonly List<int> _userOffsets = [];
    private readonly Vocabulary<string> _items = new();
    private readonly Vocabulary<string> _types = new();
    private readonly Vocabulary<EventOrigin> _origins = new();
    private readonly ColumnBuilder<int> _eventItems = new();
    private readonly ColumnBuilder<int> _eventTypes = new();
    private readonly ColumnBuilder<int> _eventOrigins = new();
    private readonly ColumnBuilder<long> _eventTimes = new();
    private readonly ColumnBuilder<float> _eventValues = new();
    private readonly List<int> _searchOffsets = [];
    private readonly Vocabulary<string> _queries = new();
    private readonly Vocabulary<string> _searchTypes = new();
    private readonly List<int> _searchEvents = [];
    private readonly List<int> _searchQueries = [];
    private readonly List<int> _searchKinds = [];
    private readonly List<int> _searchOrigins = [];
    private readonly List<long> _searchTimes = [];

    public int EventCount => _eventItems.Count;

    /// <summary>Adds one event.</summary>
    /// <param name="userId">All events of a user follow each other.</param>
    /// <param name="itemId">Null for an event without an item.</param>
    /// <param name="eventType">Free text.</param>
    /// <param name="time">Milliseconds since 1970-01-01 UTC; never decreases within a user.</param>
    /// <param name="query">What the user searched for, with an item (found by the query) or without.</param>
    /// <param name="origin">Where the event comes from.</param>
    /// <param name="value">A rating. Other values may be left out to save memory; null when there is none.</param>
    /// <exception cref="ArgumentException">The event is earlier than the previous one of the same user.</exception>
    public void Add(string userId, string? itemId, string eventType, long time, string? query = null, EventOrigin origin = default, double? value = null)
    {
        if (_userIds.Count == 0 || _userIds[^1] != userId)
        {
            _userIds.Add(userId);
            _userOffsets.Add(EventCount);
            _searchOffsets.Add(_searchQueries.Count);
        }
        else if (time < _eventTimes.Last)
        {
            throw new ArgumentException($"Events of user '{userId}' are not in the order of time.", nameof(time));
        }

        _eventItems.Add(itemId is null ? EventLog.NoItem : _items.Index(itemId));
        _eventTypes.Add(_types.Index(eventType));
        int originIndex = _origins.Index(origin);
        // Until a second origin comes, the column stays empty: all events have the first.
        if (originIndex > 0) _eventOrigins.PadTo(EventCount - 1, 0);
        if (originIndex > 0 || _eventOrigins.Count > 0) _eventOrigins.Add(originIndex);
        _eventTimes.Add(time);
        // The same for values.
        if (value is not null) _eventValues.PadTo(EventCount - 1, float.NaN);
        if (value is not null || _eventValues.Count > 0) _eventValues.Add(value is { } some ? (float)Math.Clamp(some, -MaxValue, MaxValue) : float.NaN);
        if (string.IsNullOrWhiteSpace(query)) return;
        _searchEvents.Add(EventCount - 1);
        _searchQueries.Add(_queries.Index(query));
        _searchKinds.Add(_searchTypes.Index(eventType));
        _searchOrigins.Add(originIndex);
        _searchTimes.Add(time);
    }

    /// <summary>Hands the log over to the caller, who owns it from then on; the builder must not be used again.</summary>
    public EventLog Build() => new(
        [.. _userIds], [.. _userOffsets, EventCount], _items.ToArray(), _types.ToArray(), _eventItems.Build(), _eventTypes.Build(), _eventTimes.Build())
    {
        OriginNames = _origins.ToArray(),
        Origins = _eventOrigins.Build(),
        Values = _eventValues.Build(),
        Searches = _searchQueries.Count == 0 ? null : new SearchLog(
            [.. _searchOffsets, _searchQueries.Count], _queries.ToArray(), _searchTypes.ToArray(), _origins.ToArray(),
            [.. _searchQueries], [.. _searchKinds], [.. _searchOrigins], [.. _searchTimes])
        {
            Events = [.. _searchEvents],
        },
    };

    private sealed class Vocabulary<T>
        where T : notnull
    {
        private readonly Dictionary<T, int> _indexes = [];

        public int Index(T word)
        {
            if (!_indexes.TryGetValue(word, out int index)) _indexes.Add(word, index = _indexes.Count);
            return index;
        }

        public T[] ToArray() => [.. _indexes.Keys];
    }
}
