using System.Runtime.CompilerServices;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// Average and complete linkage over all pairwise distances, <c>n (n - 1) / 2</c> float32 in scipy's condensed order, updated by the
/// formula of Lance and Williams (1967).
/// </summary>
internal sealed class CondensedDistances : IClusterDistances
{
    private readonly int _count;
    private readonly float[] _distances;
    private readonly double[] _sizes;
    private readonly bool _average;
    // The slots in use, ascending; a search visits no others.
    private readonly int[] _slots;
    private int _slotCount;

    /// <param name="means"><c>[clusters x columns]</c></param>
    /// <param name="sizes">Number of points of each cluster, <c>[clusters]</c>.</param>
    /// <param name="average">Average linkage instead of complete linkage.</param>
    /// <param name="chunks">Chunks of the clusters.</param>
    public CondensedDistances(Matrix means, int[] sizes, bool average, RowChunks chunks)
    {
        _count = means.Rows;
        _distances = new float[(long)_count * (_count - 1) / 2];
        _sizes = Array.ConvertAll(sizes, size => (double)size);
        _average = average;
        _slots = [.. Enumerable.Range(0, _count)];
        _slotCount = _count;
        var panels = new DistancePanels(means, _slots);
        chunks.ForEach((_, first, end) =>
        {
            var writer = new Writer(this, first);
            panels.Visit(_slots.AsSpan(first, end - first), ref writer, first, onward: true);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int Slot, float Distance) Nearest(int slot, int preferred)
    {
        int nearest = preferred;
        float lowest = preferred < 0 ? float.PositiveInfinity : _distances[Index(slot, preferred)];
        for (int i = 0; i < _slotCount; i++)
        {
            int other = _slots[i];
            if (other == slot)
                continue;
            float distance = _distances[Index(slot, other)];
            if (distance < lowest)
                (nearest, lowest) = (other, distance);
        }

        return (nearest, lowest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(int from, int into, float distance)
    {
        int at = Array.BinarySearch(_slots, 0, _slotCount, from);
        Array.Copy(_slots, at + 1, _slots, at, --_slotCount - at);
        double size = _sizes[from] + _sizes[into], share = _sizes[from] / size;
        for (int i = 0; i < _slotCount; i++)
        {
            int other = _slots[i];
            if (other == into)
                continue;
            ref float joined = ref _distances[Index(into, other)];
            float removed = _distances[Index(from, other)];
            joined = _average ? (float)(joined + (share * ((double)removed - joined))) : Math.Max(joined, removed);
        }

        _sizes[into] = size;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Index(int a, int b)
    {
        (long low, long high) = a < b ? (a, b) : (b, a);
        return (low * ((2L * _count) - low - 1) / 2) + high - low - 1;
    }

    private readonly unsafe struct Writer(CondensedDistances target, int first) : ITileVisitor
    {
        public float Limit(int row, int count) => float.PositiveInfinity;

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++)
            {
                int low = first + row + p;
                for (int i = Math.Max(0, low + 1 - lane); i < Math.Min(DistancePanels.Width, target._count - lane); i++)
                    target._distances[target.Index(low, lane + i)] = MathF.Sqrt(tile[(p * DistancePanels.Width) + i]);
            }
        }
    }
}
