using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Escapes local minima of Lloyd's iterations by random swaps (Fränti, "Efficiency of random swap clustering", Journal of Big Data 2018): a
/// centroid whose removal costs little moves to a point that is far from all, some iterations adapt its neighbourhood, and the swap is
/// kept if it lowers the inertia. K-means++ alone often places two centroids in one cluster and one in two others, which iterations do not
/// repair.
/// </summary>
internal sealed class CentroidSwaps
{
    /// <summary>Number of consecutive swaps without gain after which the search ends.</summary>
    private const int MaxFailures = 20;

    /// <summary>Number of centroids with the lowest removal costs, which are tried in turn.</summary>
    private const int Candidates = 3;

    /// <summary>
    /// Maximum number of iterations after a swap. Where clusters are diffuse, a good swap pays only when its neighbourhood has settled, and the search
    /// ends in worse minima after three.
    /// </summary>
    private const int Iterations = 20;

    // One more iteration would gain as much as a smaller improvement.
    private const double MinGain = 1e-4;

    private readonly TrainingPoints _points;
    private readonly KMeansOptions _full;
    private readonly KMeansOptions _short;
    private readonly CentroidPanels _panels;
    private readonly int[] _nearest;
    private readonly float[] _best;
    private readonly float[] _second;

    /// <param name="points">The points to search on; a sample of thousands suffices.</param>
    /// <param name="options">Options of the whole fit.</param>
    public CentroidSwaps(TrainingPoints points, KMeansOptions options)
    {
        _points = points;
        _full = options;
        _short = options with { MaxIterations = Iterations };
        _panels = new CentroidPanels(options.Clusters, points.Matrix.Columns);
        _nearest = new int[points.Matrix.Rows];
        _best = new float[points.Matrix.Rows];
        _second = new float[points.Matrix.Rows];
    }

    /// <returns>Centroids whose inertia is at most that of Lloyd's iterations from <paramref name="centroids"/>.</returns>
    public Matrix Search(Matrix centroids, Random random)
    {
        KMeansResult best = Iterate(centroids, _full);
        int maxTrials = centroids.Rows > 1 ? MaxFailures + (2 * centroids.Rows) : 0;
        for (int trial = 0, failures = 0; trial < maxTrials && failures < MaxFailures; trial++)
        {
            KMeansResult swapped = Iterate(Swap(best.Centroids, failures % Candidates, random), _short);
            if (swapped.Inertia < best.Inertia * (1 - MinGain)) (best, failures) = (swapped, 0);
            else failures++;
        }

        return best.Centroids;
    }

    private KMeansResult Iterate(Matrix centroids, KMeansOptions options)
    {
        using var assignment = new BoundedAssignment(_points, options.Clusters);
        return new Lloyd(_points, centroids, options).Run(assignment, (_, _) => { });
    }

    /// <param name="centroids">Not changed.</param>
    /// <param name="rank">The centroid to move: 0 for the one whose removal adds least to the distances of its points.</param>
    /// <param name="random">Draws the target: a point, with a probability proportional to the squared distance to its centroid.</param>
    private Matrix Swap(Matrix centroids, int rank, Random random)
    {
        Measure(centroids);
        double[] costs = new double[centroids.Rows];
        double total = 0;
        for (int row = 0; row < _nearest.Length; row++)
        {
            costs[_nearest[row]] += _second[row] - _best[row];
            total += SquaredDistance(row);
        }

        double remaining = random.NextDouble() * total;
        int drawn = 0;
        while (drawn < _nearest.Length - 1 && remaining >= SquaredDistance(drawn)) remaining -= SquaredDistance(drawn++);

        int moved = Enumerable.Range(0, costs.Length).OrderBy(c => costs[c]).ElementAt(Math.Min(rank, costs.Length - 1));
        var swapped = new Matrix(centroids.Rows, centroids.Columns, [.. centroids.Values]);
        _points.Matrix.Row(drawn).CopyTo(swapped.Row(moved));
        return swapped;
    }

    /// <summary>Returns the squared distance to the nearest centroid.</summary>
    private double SquaredDistance(int row) => Math.Max(0, _points.SquaredNorms[row] + (2 * _best[row]));

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
