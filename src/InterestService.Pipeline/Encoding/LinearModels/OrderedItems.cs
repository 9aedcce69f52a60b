using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.LinearModels;

/// <summary>The histories of some users after each other, as <see cref="ItemHistory"/> orders them: 4 bytes an item.</summary>
/// <param name="Offsets">The history of user <c>u</c> is <c>Offsets[u] .. Offsets[u + 1]</c>, <c>[users + 1]</c>.</param>
/// <param name="Items">Item indexes, <c>[interactions]</c>.</param>
public sealed record OrderedItems(int[] Offsets, Column<int> Items) : IDisposable
{
    /// <summary>An item counts as long as its weight is at least this part of that of the latest one.</summary>
    private const double MinWeight = .001;

    public int UserCount => Offsets.Length - 1;

    public static OrderedItems Create(InteractionSet set, IReadOnlyList<int> users)
    {
        int[] offsets = new int[users.Count + 1];
        for (int row = 0; row < users.Count; row++) offsets[row + 1] = offsets[row] + set.ColumnsOf(users[row]).Length;
        var items = new Column<int>(offsets[^1]);
        for (int row = 0; row < users.Count; row++) ItemHistory.Create(set, users[row]).Items.CopyTo(items.Span[offsets[row]..]);
        return new OrderedItems(offsets, items);
    }

    /// <summary>Returns the number of items back to which a decay reaches.</summary>
    /// <param name="halfLife">Number of items after which an earlier one counts half.</param>
    /// <param name="minimum">Part of the weight of the latest item.</param>
    public static int Reach(double halfLife, double minimum) => Math.Max(1, (int)Math.Min(1_000_000, Math.Ceiling(-Math.Log2(minimum) * halfLife)));

    /// <summary>Returns the histories as rows, <c>[users x items]</c>, in which the latest item of each has the weight 1; disposed by the caller.</summary>
    /// <param name="itemCount">Number of items.</param>
    /// <param name="halfLife">Number of items after which an earlier one counts half.</param>
    public SparseRows Decayed(int itemCount, double halfLife) =>
        ToRows(itemCount, Reach(halfLife, MinWeight), (position, count) => (float)ItemHistory.Recency(position, count, halfLife));

    /// <summary>Returns the positions of the items in the histories, from 0, as rows: <c>[users x items]</c>; disposed by the caller.</summary>
    public SparseRows Positions(int itemCount) => ToRows(itemCount, int.MaxValue, (position, _) => position);

    /// <param name="itemCount">Number of items.</param>
    /// <param name="latest">Maximum number of items of a user, the latest ones.</param>
    /// <param name="value">Returns the value of an item by its position and the length of the history.</param>
    private SparseRows ToRows(int itemCount, int latest, Func<int, int, float> value)
    {
        int[] rows = new int[Offsets.Length];
        for (int user = 0; user < UserCount; user++) rows[user + 1] = rows[user] + Math.Min(latest, Offsets[user + 1] - Offsets[user]);
        var (columns, values) = (new Column<int>(rows[^1]), new Column<float>(rows[^1]));
        for (int user = 0; user < UserCount; user++)
        {
            int count = rows[user + 1] - rows[user], length = Offsets[user + 1] - Offsets[user];
            var own = columns.Span.Slice(rows[user], count);
            var weights = values.Span.Slice(rows[user], count);
            Items.Span.Slice(Offsets[user + 1] - count, count).CopyTo(own);
            for (int i = 0; i < count; i++) weights[i] = value(length - count + i, length);
            own.Sort(weights);
        }

        return new SparseRows(itemCount, rows, columns, values);
    }

    public void Dispose() => Items.Dispose();
}
