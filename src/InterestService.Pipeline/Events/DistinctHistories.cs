using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>
/// Users with the same history: the same items and types in the same order with the same gaps, the same weights and the same searches. They
/// get the same vector and the same cluster: encoders round differently at different positions of a batch.
/// </summary>
public sealed class DistinctHistories
{
    private readonly int[] _first;

    private DistinctHistories(int[] first, int count) => (_first, Count) = (first, count);

    /// <summary>Number of different histories.</summary>
    public int Count { get; }

    /// <summary>Groups the users of a set by their histories, in O(events).</summary>
    public static DistinctHistories Create(InteractionSet set)
    {
        var firsts = new Dictionary<int, int>(new HistoryComparer(set));
        int[] first = new int[set.UserCount];
        for (int user = 0; user < first.Length; user++)
        {
            ref int known = ref CollectionsMarshal.GetValueRefOrAddDefault(firsts, user, out bool exists);
            if (!exists) known = user;
            first[user] = known;
        }

        return new DistinctHistories(first, firsts.Count);
    }

    /// <summary>Replaces the row of each user by that of the first user with the same history.</summary>
    /// <param name="rows"><c>[users x columns]</c>; changed in place.</param>
    public void Unify(Matrix rows)
    {
        for (int user = 0; user < _first.Length; user++)
            if (_first[user] != user) rows.Row(_first[user]).CopyTo(rows.Row(user));
    }

    /// <summary>
    /// Returns, for each user, the first user with the same history that has a property, or the user itself if none has it.
    /// </summary>
    public int[] FirstWith(Func<int, bool> property)
    {
        var holders = new Dictionary<int, int>();
        for (int user = 0; user < _first.Length; user++)
            if (property(user)) holders.TryAdd(_first[user], user);
        return [.. _first.Select((first, user) => holders.GetValueOrDefault(first, user))];
    }

    private sealed class HistoryComparer(InteractionSet set) : IEqualityComparer<int>
    {
        public bool Equals(int x, int y)
        {
            if (!set.ColumnsOf(x).SequenceEqual(set.ColumnsOf(y)) || !set.WeightsOf(x).SequenceEqual(set.WeightsOf(y))) return false;
            var (events, a, b) = (set.Events, EventsOf(x), EventsOf(y));
            return events.Items.Span[a].SequenceEqual(events.Items.Span[b]) && events.Types.Span[a].SequenceEqual(events.Types.Span[b])
                && SameGaps(events.Times.Span[a], events.Times.Span[b]) && SameSearches(x, y);
        }

        public int GetHashCode(int user)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(set.Events.Items.Span[EventsOf(user)]));
            hash.AddBytes(MemoryMarshal.AsBytes(set.WeightsOf(user)));
            if (set.Searches is { } searches) hash.AddBytes(MemoryMarshal.AsBytes(searches.Columns.AsSpan(SearchesOf(searches, user))));
            return hash.ToHashCode();
        }

        private Range EventsOf(int user) => set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1];

        private static Range SearchesOf(WeightedSearches searches, int user) => searches.RowOffsets[user]..searches.RowOffsets[user + 1];

        private bool SameSearches(int x, int y) =>
            set.Searches is not { } searches
            || (searches.Columns.AsSpan(SearchesOf(searches, x)).SequenceEqual(searches.Columns.AsSpan(SearchesOf(searches, y)))
                && searches.Weights.AsSpan(SearchesOf(searches, x)).SequenceEqual(searches.Weights.AsSpan(SearchesOf(searches, y))));

        private static bool SameGaps(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
        {
            for (int i = 1; i < a.Length; i++)
                if (a[i] - a[i - 1] != b[i] - b[i - 1]) return false;
            return true;
        }
    }
}
