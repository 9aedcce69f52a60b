using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Graphs;

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
    /// <param name="cancellation">Checked for each item.</param>
    /// <returns>Positive cosines, <c>[items x items]</c>; the caller disposes them.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static SparseRows Find(InteractionSet set, int[] users, int neighbours, int threads, CancellationToken cancellation)
    {
        using var histories = Latest(set, users);
        using var items = histories.Transpose();
        double[] norms = new double[set.ItemCount];
        for (int item = 0; item < norms.Length; item++)
        {
            foreach (float weight in items.ValuesOf(item)) norms[item] += weight;
            norms[item] = Math.Sqrt(norms[item]);
        }

        var found = new (int Item, float Cosine)[set.ItemCount][];
        new RowChunks(set.ItemCount, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            var nearest = new NearestItems(histories, items, norms, neighbours);
            for (int item = first; item < end; item++)
            {
                cancellation.ThrowIfCancellationRequested();
                found[item] = nearest.Find(item);
            }
        });

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

    /// <summary>Returns the latest items of some users, each with the weight of the user, <c>[users x items]</c>.</summary>
    private static SparseRows Latest(InteractionSet set, int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++) offsets[row + 1] = offsets[row] + Math.Min(MaxUserItems, set.ColumnsOf(users[row]).Length);
        var (columns, weights) = (new Column<int>(offsets[^1]), new Column<float>(offsets[^1]));
        for (int row = 0; row < users.Length; row++)
        {
            int count = offsets[row + 1] - offsets[row];
            var latest = columns.Span.Slice(offsets[row], count);
            if (count < set.ColumnsOf(users[row]).Length) ItemHistory.Create(set, users[row]).Items.AsSpan()[^count..].CopyTo(latest);
            else set.ColumnsOf(users[row]).CopyTo(latest);
            latest.Sort();
            weights.Span.Slice(offsets[row], count).Fill(1f / Math.Max(1, count));
        }

        return new SparseRows(set.ItemCount, offsets, columns, weights);
    }

    /// <summary>Finds the nearest neighbours of items, one at a time.</summary>
    private sealed class NearestItems(SparseRows histories, SparseRows items, double[] norms, int neighbours)
    {
        private readonly double[] _common = new double[norms.Length];
        private readonly List<int> _touched = [];
        private readonly PriorityQueue<(int Item, float Cosine), (float Cosine, int Order)> _nearest = new(neighbours + 1);

        /// <summary>Returns the neighbours of an item, ascending.</summary>
        public (int Item, float Cosine)[] Find(int item)
        {
            var rows = items.ColumnsOf(item);
            var weights = items.ValuesOf(item);
            for (int i = 0; i < rows.Length; i++)
                foreach (int other in histories.ColumnsOf(rows[i]))
                {
                    if (_common[other] == 0) _touched.Add(other);
                    _common[other] += weights[i];
                }

            foreach (int other in _touched)
            {
                float cosine = (float)(_common[other] / (norms[item] * norms[other]));
                _common[other] = 0;
                if (other == item) continue;
                // Of equally near items, the lower index comes first.
                if (_nearest.Count < neighbours) _nearest.Enqueue((other, cosine), (cosine, -other));
                else _nearest.EnqueueDequeue((other, cosine), (cosine, -other));
            }

            (int Item, float Cosine)[] nearest = [.. _nearest.UnorderedItems.Select(pair => pair.Element).OrderBy(pair => pair.Item)];
            _touched.Clear();
            _nearest.Clear();
            return nearest;
        }
    }
}
