using System.Runtime.InteropServices;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>
/// What the encoders learn from: the clean events in sequence, and the same as a sparse matrix
/// <c>[users x items]</c> in CSR form: the items of user <c>u</c> are <c>Columns[RowOffsets[u] .. RowOffsets[u + 1]]</c>,
/// ascending and each once, with their <see cref="Weights"/>.
/// </summary>
/// <param name="Events">Clean events; every one has an item.</param>
/// <param name="RowOffsets"><c>[users + 1]</c>.</param>
/// <param name="Columns">Item indexes, <c>[interactions]</c>.</param>
/// <param name="Weights">Positive, <c>[interactions]</c>.</param>
public sealed record InteractionSet(EventLog Events, int[] RowOffsets, int[] Columns, float[] Weights)
{
    /// <summary>What the users searched for; null when that is not known.</summary>
    public WeightedSearches? Searches { get; init; }

    public int UserCount => Events.UserIds.Length;

    public int ItemCount => Events.ItemIds.Length;

    /// <summary>Different items of each user, <c>[users]</c>.</summary>
    public int[] ItemCounts => [.. Enumerable.Range(0, UserCount).Select(user => RowOffsets[user + 1] - RowOffsets[user])];

    public ReadOnlySpan<int> ColumnsOf(int user) => Columns.AsSpan(RowOffsets[user]..RowOffsets[user + 1]);

    public ReadOnlySpan<float> WeightsOf(int user) => Weights.AsSpan(RowOffsets[user]..RowOffsets[user + 1]);

    /// <summary>Returns the weights of all users as a matrix, <c>[users x items]</c>. It shares the arrays of this set, so do not write to it.</summary>
    public SparseRows ToSparseRows() => new(ItemCount, RowOffsets, Columns, Weights);

    /// <summary>Returns a copy of the weights of some users as a matrix, <c>[users x items]</c>.</summary>
    public SparseRows ToSparseRows(int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++)
            offsets[row + 1] = offsets[row] + ColumnsOf(users[row]).Length;
        int[] columns = new int[offsets[^1]];
        float[] weights = new float[offsets[^1]];
        for (int row = 0; row < users.Length; row++)
        {
            ColumnsOf(users[row]).CopyTo(columns.AsSpan(offsets[row]));
            WeightsOf(users[row]).CopyTo(weights.AsSpan(offsets[row]));
        }

        return new SparseRows(ItemCount, offsets, columns, weights);
    }

    /// <summary>One user as several, of whom each has only some of the user's items; searches stay with all.</summary>
    /// <param name="user">Row of this set.</param>
    /// <param name="keeps">Whether each has an item, <c>[variants]</c>.</param>
    /// <returns>A set over the same items, <c>[variants]</c> users.</returns>
    public InteractionSet Variants(int user, IReadOnlyList<Func<int, bool>> keeps)
    {
        int[] cells = [.. Enumerable.Range(RowOffsets[user], RowOffsets[user + 1] - RowOffsets[user])];
        int[] events = [.. Enumerable.Range(Events.UserOffsets[user], Events.UserOffsets[user + 1] - Events.UserOffsets[user])];
        var (rowOffsets, keptCells) = Kept(cells, Columns);
        var (userOffsets, keptEvents) = Kept(events, Events.Items);
        return new InteractionSet(
            Events.Pick([.. keeps.Select(_ => Events.UserIds[user])], userOffsets, CollectionsMarshal.AsSpan(keptEvents)),
            rowOffsets, [.. keptCells.Select(cell => Columns[cell])], [.. keptCells.Select(cell => Weights[cell])])
        {
            Searches = Searches?.Repeat(user, keeps.Count),
        };

        (int[] Offsets, List<int> Kept) Kept(int[] all, int[] items)
        {
            int[] offsets = new int[keeps.Count + 1];
            var kept = new List<int>();
            for (int variant = 0; variant < keeps.Count; variant++)
            {
                kept.AddRange(all.Where(i => keeps[variant](items[i])));
                offsets[variant + 1] = kept.Count;
            }

            return (offsets, kept);
        }
    }

    /// <summary>
    /// Adds the events of each user and item up: weight of the act, halved for every half-life of age at the log's last event;
    /// then <c>ln(1 + sum)</c>, so that the hundredth purchase of the same thing says less than the first.
    /// </summary>
    /// <param name="clean">A log in which every event has an item and a positive weight.</param>
    /// <param name="actWeights">By type, source and feedback.</param>
    /// <param name="options">Ageing.</param>
    /// <param name="now">The time that age is counted from, in milliseconds since 1970; events after it have none. Null: the last event's.</param>
    public static InteractionSet Weigh(EventLog clean, CleaningOptions actWeights, WeightingOptions options, long? now = null)
    {
        var weights = EventWeights.Create(clean, actWeights);
        long end = now ?? (clean.EventCount == 0 ? 0 : clean.Times.Max());

        var (rowOffsets, columns, values) = WeightedRows.Sum(
            clean.UserOffsets, clean.Items, e => weights[clean.Types[e], clean.OriginOf(e)] * Ageing(clean.Times[e]));
        return new InteractionSet(clean, rowOffsets, columns, values) { Searches = clean.Searches?.Weigh(actWeights, Ageing) };

        double Ageing(long time) => options.Ageing(end - time);
    }
}

/// <summary>Scores every item for some users of a set: the higher, the likelier next.</summary>
/// <param name="set">A set over the items that the scorer knows.</param>
/// <param name="users">Rows of the set.</param>
/// <returns><c>[users x items]</c>, rows in the order of <paramref name="users"/>.</returns>
public delegate Matrix ItemScorer(InteractionSet set, int[] users);
