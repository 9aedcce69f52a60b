using System.Numerics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Distances to k-th nearest neighbours.</summary>
internal static class KDistances
{
    /// <summary>
    /// Computes the squared distance from each given row to its k-th nearest row in the panels, the row itself counted as the first,
    /// <c>[rows]</c>; infinity if the panels have fewer rows.
    /// </summary>
    /// <param name="rows">The rows, in the order of the panels, so that a search begins near its neighbours.</param>
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
    /// Returns the knee of an ascending curve: the value where it lies farthest below the chord from its first to its last point (the idea
    /// of Kneedle, Satopaa et al. 2011, without smoothing). For the sorted k-distances it is the epsilon that Ester et al. (1996) determine
    /// visually.
    /// </summary>
    public static float Knee(float[] ascending)
    {
        float low = ascending[0], high = ascending[^1], knee = high;
        double farthest = 0;
        for (int i = 0; i < ascending.Length && high > low; i++)
        {
            double below = ((double)i / (ascending.Length - 1)) - ((ascending[i] - low) / (high - low));
            if (below > farthest)
                (knee, farthest) = (ascending[i], below);
        }

        return knee;
    }

    /// <summary>The k lowest distances of each row, ascending.</summary>
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
