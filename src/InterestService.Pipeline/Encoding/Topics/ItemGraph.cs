using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Graphs;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Encoding.Topics;

/// <summary>
/// The nearest neighbours of each item: those with the highest cosine of their users, where a user of n items counts 1/n, so that users of
/// everything connect little. Time grows with the interactions times the items of a user, of which only the latest
/// <see cref="MaxUserItems"/> count; memory grows with the interactions.
/// </summary>
internal static class ItemGraph
{
    /// <summary>Latest items of a user that are counted in pairs. Pairs of a longer history say little and cost its square.</summary>
    public const int MaxUserItems = 500;

    /// <summary>Finds the neighbours of every item.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="users">The users to count, rows of the set.</param>
    /// <param name="neighbours">Maximum number of neighbours of an item.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each item.</param>
    /// <returns>Positive cosines, <c>[items x items]</c>; the caller disposes them.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SparseRows Find(InteractionSet set, int[] users, int neighbours, int threads, CancellationToken cancellation)
    {
        using var histories = Latest(set, users);
        float[] weights = [.. Enumerable.Range(0, users.Length).Select(row => 1f / Math.Max(1, histories.ColumnsOf(row).Length))];
        var found = NearestColumns.Find(histories, weights, [.. Enumerable.Range(0, set.ItemCount)], neighbours, threads, cancellation);
        int[] offsets = new int[found.Length + 1];
        for (int item = 0; item < found.Length; item++) offsets[item + 1] = offsets[item] + found[item].Length;
        var (columns, cosines) = (new Column<int>(offsets[^1]), new Column<float>(offsets[^1]));
        for (int item = 0, at = 0; item < found.Length; item++)
            foreach (var (other, cosine) in found[item]) (columns[at], cosines[at++]) = (other, cosine);
        return new SparseRows(set.ItemCount, offsets, columns, cosines);
    }

    /// <summary>
    /// Connects each item with its neighbours. The nodes are the items in the order of their ids, so that their numbering, which follows the
    /// upload, decides nothing.
    /// </summary>
    /// <param name="neighbours"><c>[items x items]</c></param>
    /// <param name="nodes">Node of each item, <c>[items]</c>.</param>
    public static WeightedGraph Connect(SparseRows neighbours, int[] nodes)
    {
        var edges = new List<(int A, int B, double Weight)>();
        for (int item = 0; item < neighbours.RowCount; item++)
        {
            var others = neighbours.ColumnsOf(item);
            var cosines = neighbours.ValuesOf(item);
            for (int i = 0; i < others.Length; i++)
                if (others[i] > item || neighbours.ColumnsOf(others[i]).BinarySearch(item) < 0) edges.Add((nodes[item], nodes[others[i]], cosines[i]));
        }

        return WeightedGraph.FromEdges(neighbours.RowCount, edges);
    }

    /// <summary>Returns the latest items of some users, <c>[users x items]</c>.</summary>
    private static SparseRows Latest(InteractionSet set, int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++) offsets[row + 1] = offsets[row] + Math.Min(MaxUserItems, set.ColumnsOf(users[row]).Length);
        var columns = new Column<int>(offsets[^1]);
        for (int row = 0; row < users.Length; row++)
        {
            int count = offsets[row + 1] - offsets[row];
            var latest = columns.Span.Slice(offsets[row], count);
            if (count < set.ColumnsOf(users[row]).Length) ItemHistory.Create(set, users[row]).Items.AsSpan()[^count..].CopyTo(latest);
            else set.ColumnsOf(users[row]).CopyTo(latest);
            latest.Sort();
        }

        return new SparseRows(set.ItemCount, offsets, columns, new Column<float>(offsets[^1]));
    }
}
