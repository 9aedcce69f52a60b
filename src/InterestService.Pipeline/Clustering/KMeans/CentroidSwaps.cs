using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Leaves the local minima of Lloyd's iterations by random swaps (Fränti, "Efficiency of random swap clustering", Journal of Big Data
/// 2018): a centroid that is little missed moves to a point that is far from all, a few iterations settle its surroundings, and what
/// lowers the inertia stays. K-means++ alone often gives two centroids to one cluster and one to two others, which no iteration mends.
/// </summary>
internal sealed class CentroidSwaps
{
    /// <summary>Swaps in a row that win nothing, after which the search ends.</summary>
    private const int Failures = 20;

    /// <summary>The least missed centroids take turns.</summary>
    private const int Candidates = 3;

    private const int Iterations = 3;

    // Less would also be won by one more iteration.
    private const double Gain = 1e-4;

    private readonly TrainingPoints _points;
    private readonly KMeansOptions _settled;
    private readonly KMeansOptions _brief;
    private readonly CentroidPanels _panels;
    private readonly int[] _nearest;
    private readonly float[] _best;
    private readonly float[] _second;

    /// <param name="points">To search on; a sample of thousands tells as much as all.</param>
    /// <param name="options">Of the whole fit.</param>
    public CentroidSwaps(TrainingPoints points, KMeansOptions options)
    {
        _points = points;
        _settled = options;
        _brief = options with { MaxIterations = Iterations };
        _panels = new CentroidPanels(options.Clusters, points.Matrix.Columns);
        _nearest = new int[points.Matrix.Rows];
        _best = new float[points.Matrix.Rows];
        _second = new float[points.Matrix.Rows];
    }

    /// <returns>Centroids of at most the inertia that iterations from <paramref name="centroids"/> end at.</returns>
    public Matrix Search(Matrix centroids, Random random)
    {
        KMeansResult best = Settle(centroids, _settled);
        for (int trial = 0, failures = 0; trial < Failures + (2 * centroids.Rows) && failures < Failures && centroids.Rows > 1; trial++)
        {
            KMeansResult swapped = Settle(Swap(best.Centroids, failures % Candidates, random), _brief);
            if (swapped.Inertia < best.Inertia * (1 - Gain)) (best, failures) = (swapped, 0);
            else failures++;
        }

        return best.Centroids;
    }

    private KMeansResult Settle(Matrix centroids, KMeansOptions options) => new Lloyd(_points, centroids, options).Run((_, _) => { });

    /// <param name="centroids">Not changed.</param>
    /// <param name="rank">Which to move: 0 for the one whose points have the least farther to go to the next.</param>
    /// <param name="random">Draws where to: points by the squared distance to their centroid.</param>
    private Matrix Swap(Matrix centroids, int rank, Random random)
    {
        Measure(centroids);
        double[] missed = new double[centroids.Rows];
        double total = 0;
        for (int row = 0; row < _nearest.Length; row++)
        {
            missed[_nearest[row]] += _second[row] - _best[row];
            total += Distance(row);
        }

        double left = random.NextDouble() * total;
        int drawn = 0;
        while (drawn < _nearest.Length - 1 && left >= Distance(drawn)) left -= Distance(drawn++);

        int moved = Enumerable.Range(0, missed.Length).OrderBy(c => missed[c]).ElementAt(Math.Min(rank, missed.Length - 1));
        var swapped = new Matrix(centroids.Rows, centroids.Columns, [.. centroids.Values]);
        _points.Matrix.Row(drawn).CopyTo(swapped.Row(moved));
        return swapped;
    }

    /// <summary>Squared, to the nearest centroid.</summary>
    private double Distance(int row) => Math.Max(0, _points.SquaredNorms[row] + (2 * _best[row]));

    private unsafe void Measure(Matrix centroids)
    {
        _panels.Pack(centroids);
        _points.Chunks.ForEach((_, first, end) =>
        {
            int[] rows = [.. Enumerable.Range(first, end - first)];
            fixed (float* points = _points.Matrix.Values)
                _panels.Nearest(points, rows, _nearest.AsSpan(first..end), _best.AsSpan(first..end), _second.AsSpan(first..end));
        });
    }
}
