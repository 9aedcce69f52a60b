using System.Numerics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Distances to k-th nearest neighbours.</summary>
internal static class KDistances
{
    /// <summary>
    /// Squared distance from each of some rows to the k-th nearest of all that is laid out, the row itself counted as the first,
    /// <c>[rows]</c>; infinity where fewer are laid out.
    /// </summary>
    /// <param name="rows">In the order of the panels, so that a search begins among its neighbours.</param>
    /// <param name="k">1 or more.</param>
    public static float[] Squared(DistancePanels panels, int[] rows, int k, RowChunks chunks, StageProgress progress)
    {
        float[] squared = new float[rows.Length];
        chunks.ForEach((_, first, end) =>
        {
            var nearest = new Nearest(k, end - first);
            int firstLane = (int)((long)first * panels.Rows.Length / rows.Length);
            panels.Visit(rows.AsSpan(first, end - first), ref nearest, firstLane);
            for (int i = first; i < end; i++)
                squared[i] = nearest.Farthest(i - first);
            progress.Step();
        });
        return squared;
    }

    /// <summary>
    /// The knee of a rising curve: the value where it lies farthest below the chord from its first to its last point (the idea of Kneedle,
    /// Satopaa et al. 2011, without smoothing). For the sorted k-distances it is the epsilon that Ester et al. (1996) read off by eye.
    /// </summary>
    public static float Knee(float[] rising)
    {
        float low = rising[0], high = rising[^1], knee = high;
        double farthest = 0;
        for (int i = 0; i < rising.Length && high > low; i++)
        {
            double below = ((double)i / (rising.Length - 1)) - ((rising[i] - low) / (high - low));
            if (below > farthest)
                (knee, farthest) = (rising[i], below);
        }

        return knee;
    }

    /// <summary>The k lowest distances of each row, rising.</summary>
    private readonly unsafe struct Nearest : ITileVisitor
    {
        private readonly int _k;
        private readonly float[] _lowest;

        public Nearest(int k, int rows)
        {
            _k = k;
            _lowest = new float[(long)rows * k];
            Array.Fill(_lowest, float.PositiveInfinity);
        }

        public float Farthest(int row) => _lowest[((row + 1) * _k) - 1];

        public float Limit(int row, int count)
        {
            float limit = 0;
            for (int p = 0; p < count; p++)
                limit = Math.Max(limit, Farthest(row + p));
            return limit;
        }

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++, tile += TileKernel.Width)
            {
                Span<float> lowest = _lowest.AsSpan((row + p) * _k, _k);
                for (uint near = TileKernel.AtMost(tile, lowest[^1]); near != 0; near &= near - 1)
                {
                    float distance = tile[BitOperations.TrailingZeroCount(near)];
                    if (distance >= lowest[^1])
                        continue;
                    int at = lowest.Length - 1;
                    for (; at > 0 && lowest[at - 1] > distance; at--)
                        lowest[at] = lowest[at - 1];
                    lowest[at] = distance;
                }
            }
        }
    }
}
