using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Events;

/// <summary>
/// Input of the encoders: the clean events in sequence, and the same as a sparse matrix
/// <c>[users x items]</c> in CSR form: the items of user <c>u</c> are <c>Columns[RowOffsets[u] .. RowOffsets[u + 1]]</c>,
/// ascending and each once, with their <see cref="Weights"/>. A set owns its events and its columns.
/// </summary>
/// <param name="Events">Clean events; every one has an item.</param>
/// <param name="RowOffsets"><c>[users + 1]</c>.</param>
/// <param name="Columns">Item indexes, <c>[interactions]</c>.</param>
/// <param name="Weights">Positive, <c>[interactions]</c>.</param>
public sealed record InteractionSet(EventLog Events, int[] RowOffsets, Column<int> Columns, Column<float> Weights) : IDisposable
{
    /// <summary>What the users searched for; null when there are no searches.</summary>
    public WeightedSearches? Searches { get; init; }

    public int UserCount => Events.UserIds.Length;

    public int ItemCount => Events.ItemIds.Length;

    /// <summary>Number of different items of each user, <c>[users]</c>.</summary>
    public int[] ItemCounts => [.. Enumerable.Range(0, UserCount).Select(user => RowOffsets[user + 1] - RowOffsets[user])];

    /// <summary>Number of different items and queries of each user, <c>[users]</c>.</summary>
    public int[] Activity => [.. Enumerable.Range(0, UserCount).Select(ActivityOf)];

    /// <summary>Returns the number of different items and queries of a user.</summary>
    public int ActivityOf(int user) =>
        RowOffsets[user + 1] - RowOffsets[user] + (Searches is { } searches ? searches.RowOffsets[user + 1] - searches.RowOffsets[user] : 0);

    /// <summary>Returns the rows of all users, ascending.</summary>
    public int[] AllUsers() => [.. Enumerable.Range(0, UserCount)];

    public ReadOnlySpan<int> ColumnsOf(int user) => Columns.Span[RowOffsets[user]..RowOffsets[user + 1]];

    public ReadOnlySpan<float> WeightsOf(int user) => Weights.Span[RowOffsets[user]..RowOffsets[user + 1]];

    /// <summary>
    /// Returns the weights of all users as a matrix, <c>[users x items]</c>. It shares the columns of this set: it is read-only, valid as long
    /// as the set, and disposing it releases nothing.
    /// </summary>
    public SparseRows ToSparseRows() => new(ItemCount, RowOffsets, Columns, Weights, ownsEntries: false);

    /// <summary>Returns a copy of the weights of some users as a matrix, <c>[users x items]</c>; disposed by the caller.</summary>
    public SparseRows ToSparseRows(int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++)
            offsets[row + 1] = offsets[row] + ColumnsOf(users[row]).Length;
        var (columns, weights) = (new Column<int>(offsets[^1]), new Column<float>(offsets[^1]));
        for (int row = 0; row < users.Length; row++)
        {
            ColumnsOf(users[row]).CopyTo(columns.Span[offsets[row]..]);
            WeightsOf(users[row]).CopyTo(weights.Span[offsets[row]..]);
        }

        return new SparseRows(ItemCount, offsets, columns, weights);
    }

    public void Dispose()
    {
        Events.Dispose();
        Columns.Dispose();
        Weights.Dispose();
    }

    /// <summary>Copies one user as several variants, each with only some of the user's items; every variant keeps the searches.</summary>
    /// <param name="user">Row of this set.</param>
    /// <param name="keeps">Whether a variant keeps an item, <c>[variants]</c>.</param>
    /// <returns>A set over the same items, with one user for each variant.</returns>
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

        (int[] Offsets, List<int> Kept) Kept(int[] all, Column<int> items)
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
}
