namespace InterestService.Pipeline.Events;

/// <summary>Collects events, which must come ordered by user and time, into an <see cref="EventLog"/>.</summary>
public sealed class EventLogBuilder
{
    private readonly List<string> _userIds = [];
    private readonly List<int> _userOffsets = [];
    private readonly Vocabulary<string> _items = new();
    private readonly Vocabulary<string> _types = new();
    private readonly Vocabulary<EventOrigin> _origins = new();
    private readonly List<int> _eventItems = [];
    private readonly List<int> _eventTypes = [];
    private readonly List<int> _eventOrigins = [];
    private readonly List<long> _eventTimes = [];
    private readonly List<int> _searchOffsets = [];
    private readonly Vocabulary<string> _queries = new();
    private readonly Vocabulary<string> _searchTypes = new();
    private readonly List<int> _searchQueries = [];
    private readonly List<int> _searchKinds = [];
    private readonly List<int> _searchOrigins = [];
    private readonly List<long> _searchTimes = [];

    public int EventCount => _eventItems.Count;

    /// <summary>Adds one event.</summary>
    /// <param name="userId">All events of a user come one after the other.</param>
    /// <param name="itemId">Null for an event without an item.</param>
    /// <param name="eventType">Free text.</param>
    /// <param name="time">Milliseconds since 1970-01-01 UTC; never falls within a user.</param>
    /// <param name="query">What the user searched for, with an item (found by it) or without.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <exception cref="ArgumentException">The event is earlier than the one before it of the same user.</exception>
    public void Add(string userId, string? itemId, string eventType, long time, string? query = null, EventOrigin origin = default)
    {
        if (_userIds.Count == 0 || _userIds[^1] != userId)
        {
            _userIds.Add(userId);
            _userOffsets.Add(EventCount);
            _searchOffsets.Add(_searchQueries.Count);
        }
        else if (time < _eventTimes[^1])
        {
            throw new ArgumentException($"Events of user '{userId}' are not in the order of time.", nameof(time));
        }

        _eventItems.Add(itemId is null ? EventLog.NoItem : _items.Index(itemId));
        _eventTypes.Add(_types.Index(eventType));
        int originIndex = _origins.Index(origin);
        // The column begins with the second origin; all events before it have the first.
        if (originIndex > 0 && _eventOrigins.Count == 0) _eventOrigins.AddRange(Enumerable.Repeat(0, EventCount - 1));
        if (originIndex > 0 || _eventOrigins.Count > 0) _eventOrigins.Add(originIndex);
        _eventTimes.Add(time);
        if (string.IsNullOrWhiteSpace(query)) return;
        _searchQueries.Add(_queries.Index(query));
        _searchKinds.Add(_searchTypes.Index(eventType));
        _searchOrigins.Add(originIndex);
        _searchTimes.Add(time);
    }

    /// <summary>The log of what was added; the builder lets go of it and is not to be used again.</summary>
    public EventLog Build() => new(
        [.. _userIds], [.. _userOffsets, EventCount], _items.ToArray(), _types.ToArray(), Take(_eventItems), Take(_eventTypes), Take(_eventTimes))
    {
        OriginNames = _origins.ToArray(),
        Origins = Take(_eventOrigins),
        Searches = _searchQueries.Count == 0 ? null : new SearchLog(
            [.. _searchOffsets, _searchQueries.Count], _queries.ToArray(), _searchTypes.ToArray(), _origins.ToArray(),
            Take(_searchQueries), Take(_searchKinds), Take(_searchOrigins), Take(_searchTimes)),
    };

    private static T[] Take<T>(List<T> column)
    {
        T[] taken = [.. column];
        column.Clear();
        column.Capacity = 0;
        return taken;
    }

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
