using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Projection;

/// <summary>
/// The neighbours of points as a weighted graph: the fuzzy simplicial set of UMAP (McInnes, Healy and Melville, "UMAP: uniform manifold approximation
/// and projection for dimension reduction", 2018, section 3.1). Distances are measured from the nearest neighbour, in the point's own unit,
/// so that the weights of sparse and of dense regions are alike. 16 bytes for each of at most 2k edges of a point.
/// </summary>
internal sealed class FuzzyGraph
{
    private const int Bisections = 64;

    /// <summary>Least unit of a point, as a fraction of the mean distance to its neighbours.</summary>
    private const double MinimumUnit = 1e-3;

    private readonly int[] _offsets;
    private readonly int[] _neighbours;
    private readonly float[] _weights;

    private FuzzyGraph(int[] offsets, int[] neighbours, float[] weights) => (_offsets, _neighbours, _weights) = (offsets, neighbours, weights);

    /// <summary>Number of points.</summary>
    public int Count => _offsets.Length - 1;

    /// <summary>Neighbours of a point, ascending; a point is a neighbour of its neighbours.</summary>
    public ReadOnlySpan<int> NeighboursOf(int point) => _neighbours.AsSpan(_offsets[point].._offsets[point + 1]);

    /// <summary>Weights of the edges to <see cref="NeighboursOf"/>, above 0, at most 1, the same in both directions.</summary>
    public ReadOnlySpan<float> WeightsOf(int point) => _weights.AsSpan(_offsets[point].._offsets[point + 1]);

    /// <summary>Connects points with their nearest neighbours.</summary>
    /// <param name="points">Different rows, <c>[points x columns]</c>, two or more.</param>
    /// <param name="k">Number of neighbours, at most one fewer than there are points.</param>
    /// <param name="device">Where neighbours are found: <c>cpu</c> or <c>cuda</c>.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of points.</param>
    public static FuzzyGraph Connect(Matrix points, int k, string device, int threads, CancellationToken cancellation)
    {
        int[][] lists = NeighbourLists.Find(points, k, device, threads, cancellation);
        float[] weights = new float[points.Rows * k];
        new RowChunks(points.Rows, threads, cancellation).ForEach((_, first, end) =>
        {
            double[] distances = new double[k];
            for (int point = first; point < end; point++)
            {
                for (int i = 0; i < k; i++) distances[i] = Math.Sqrt(RowMath.SquaredDistance(points.Row(point), points.Row(lists[point][i])));
                Weigh(distances, weights.AsSpan(point * k, k));
            }
        });
        return Unite(lists, weights, k);
    }

    /// <summary>Computes the weights exp(-(distance - nearest) / unit), with the unit that makes them sum to log2(k + 1).</summary>
    internal static void Weigh(double[] distances, Span<float> weights)
    {
        double nearest = distances.Min(), target = Math.Log2(distances.Length + 1);
        var (low, high, unit) = (0.0, double.PositiveInfinity, 1.0);
        for (int i = 0; i < Bisections; i++)
        {
            double sum = 0;
            foreach (double distance in distances) sum += Math.Exp((nearest - distance) / unit);
            if (sum > target) high = unit;
            else low = unit;
            unit = double.IsInfinity(high) ? unit * 2 : (low + high) / 2;
        }

        unit = Math.Max(unit, MinimumUnit * distances.Average());
        // An edge whose weight would be 0 in float32 is kept, so that a neighbour is always one.
        for (int i = 0; i < distances.Length; i++) weights[i] = Math.Max((float)Math.Exp((nearest - distances[i]) / unit), float.Epsilon);
    }

    /// <summary>Joins the two directions of each edge: a + b - ab, the probability that one of them exists.</summary>
    private static FuzzyGraph Unite(int[][] lists, float[] weights, int k)
    {
        int[] offsets = new int[lists.Length + 1];
        for (int a = 0; a < lists.Length; a++)
            foreach (int b in lists[a])
            {
                offsets[a + 1]++;
                if (Array.BinarySearch(lists[b], a) < 0) offsets[b + 1]++;
            }

        for (int point = 0; point < lists.Length; point++) offsets[point + 1] += offsets[point];
        int[] ends = offsets[..^1], neighbours = new int[offsets[^1]];
        float[] united = new float[offsets[^1]];
        for (int a = 0; a < lists.Length; a++)
            for (int i = 0; i < k; i++)
            {
                int b = lists[a][i], back = Array.BinarySearch(lists[b], a);
                float one = weights[(a * k) + i], other = back < 0 ? 0 : weights[(b * k) + back];
                float weight = one + other - (one * other);
                Add(a, b, weight);
                if (back < 0) Add(b, a, weight);
            }

        for (int point = 0; point < lists.Length; point++)
            Array.Sort(neighbours, united, offsets[point], offsets[point + 1] - offsets[point]);
        return new FuzzyGraph(offsets, neighbours, united);

        void Add(int from, int to, float weight)
        {
            (neighbours[ends[from]], united[ends[from]]) = (to, weight);
            ends[from]++;
        }
    }
}
