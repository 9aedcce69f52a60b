using System.Numerics;
using InterestService.Pipeline.Numerics.Devices;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>The k nearest neighbours of every point.</summary>
internal static class NeighbourLists
{
    /// <summary>Finds the nearest other points of each point by Euclidean distance; of equally near ones the lower row.</summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="k">1 to below the number of points.</param>
    /// <param name="device"><c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of points.</param>
    /// <returns>Rows, ascending, <c>[points][k]</c>.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static int[][] Find(Matrix points, int k, string device, int threads, CancellationToken cancellation)
    {
        if (ComputeDevice.For(device, (double)points.Rows * points.Values.Length) is { } other)
        {
            int[][] found = DeviceNeighbours.Find(points, points, k, other, threads, cancellation);
            foreach (int[] list in found) Array.Sort(list);
            return found;
        }

        var panels = new DistancePanels(points, SpatialOrder.Compute(points, [.. Enumerable.Range(0, points.Rows)]));
        int[][] lists = new int[points.Rows][];
        // Parts of chunks, so that a cancellation does not wait for a chunk of many points.
        new RowChunks(points.Rows, threads, cancellation, RowChunks.PairwiseMinimum).ForEach((_, first, end) =>
        {
            for (int part = first; part < end; part += RowChunks.PairwiseMinimum)
            {
                cancellation.ThrowIfCancellationRequested();
                var rows = panels.Rows.AsSpan(part, Math.Min(RowChunks.PairwiseMinimum, end - part));
                var nearest = new Nearest(k, rows.ToArray(), panels.Rows);
                panels.Visit(rows, ref nearest, part);
                for (int i = 0; i < rows.Length; i++) lists[rows[i]] = nearest.Of(i);
            }
        });
        return lists;
    }

    /// <summary>The k nearest so far of some rows, the nearest first.</summary>
    private readonly unsafe struct Nearest : ITileVisitor
    {
        private readonly int _k;
        private readonly int[] _rows;
        private readonly int[] _rowOfLane;
        private readonly float[] _squared;
        private readonly int[] _found;

        public Nearest(int k, int[] rows, int[] rowOfLane)
        {
            (_k, _rows, _rowOfLane) = (k, rows, rowOfLane);
            (_squared, _found) = (new float[rows.Length * k], new int[rows.Length * k]);
            Array.Fill(_squared, float.PositiveInfinity);
            Array.Fill(_found, int.MaxValue);
        }

        public int[] Of(int row)
        {
            int[] found = _found[(row * _k)..((row + 1) * _k)];
            Array.Sort(found);
            return found;
        }

        public float Limit(int row, int count)
        {
            float limit = 0;
            for (int p = 0; p < count; p++) limit = Math.Max(limit, _squared[((row + p + 1) * _k) - 1]);
            return limit;
        }

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++, tile += TileKernel.Width)
            {
                int first = (row + p) * _k, last = first + _k - 1;
                for (uint near = TileKernel.AtMost(tile, _squared[last]); near != 0; near &= near - 1)
                {
                    int i = BitOperations.TrailingZeroCount(near);
                    if (lane + i >= _rowOfLane.Length) break;
                    int other = _rowOfLane[lane + i];
                    if (other == _rows[row + p] || !IsNearer(tile[i], other, last)) continue;
                    int at = last;
                    for (; at > first && IsNearer(tile[i], other, at - 1); at--)
                        (_squared[at], _found[at]) = (_squared[at - 1], _found[at - 1]);
                    (_squared[at], _found[at]) = (tile[i], other);
                }
            }
        }

        private bool IsNearer(float squared, int row, int at) => squared < _squared[at] || (squared == _squared[at] && row < _found[at]);
    }
}
