using System.Runtime.CompilerServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// One start of Lloyd's iterations (Lloyd 1982) on float32 products and float64 sums. Hamerly's bounds (Hamerly 2010) exclude the points
/// whose nearest centroid cannot have changed, and the sums are updated only for points that moved, so that late iterations cost little.
/// </summary>
internal sealed class Lloyd
{
    // Points whose sums are updated while they are still in the first-level cache.
    private const int Block = 16 * CentroidPanels.TileRows;

    private readonly TrainingPoints _points;
    private readonly KMeansOptions _options;
    private readonly ClusterSums _sums;
    private readonly CentroidPanels _panels;
    private readonly HamerlyBounds _bounds;
    private readonly int[] _labels;
    private Matrix _centroids;

    public Lloyd(TrainingPoints points, Matrix centroids, KMeansOptions options)
    {
        _points = points;
        _options = options;
        _centroids = centroids;
        _sums = new ClusterSums(points, options.Clusters);
        _panels = new CentroidPanels(options.Clusters, points.Matrix.Columns);
        _bounds = new HamerlyBounds(points.SquaredNorms);
        _labels = new int[points.Matrix.Rows];
        Array.Fill(_labels, -1);
    }

    /// <summary>Iterates until the centroids converge, at most <see cref="KMeansOptions.MaxIterations"/> times.</summary>
    public KMeansResult Run(Action<int, double> report)
    {
        var history = new List<double>();
        int[] previousLabels = new int[_labels.Length];
        Matrix previousCentroids = _centroids;
        int reseeded = 0;
        for (bool converged = false; ;)
        {
            long moved = Assign();
            int reseededNow = new EmptyClusters(_points, _sums, _centroids, _labels).Reseed();
            if (reseededNow > 0)
                _bounds.Reset();
            double inertia = _sums.Inertia(_centroids);
            // Rounding of float32 distances can raise the inertia in its last digits: the better labels are kept.
            if (history.Count > 0 && inertia > history[^1])
            {
                _centroids = previousCentroids;
                previousLabels.CopyTo(_labels, 0);
                break;
            }

            reseeded += reseededNow;
            history.Add(inertia);
            report(history.Count - 1, inertia);
            if (converged || (moved == 0 && reseededNow == 0) || history.Count > _options.MaxIterations)
                break;

            previousCentroids = _centroids;
            _labels.CopyTo(previousLabels, 0);
            _centroids = _sums.Means(_centroids, _options.Spherical);
            converged = _bounds.Move(previousCentroids, _centroids) <= _options.Tolerance * _points.MeanVariance;
        }

        return new KMeansResult(_centroids, _labels, history[^1], history.Count - 1, [.. history], reseeded);
    }

    /// <summary>Assigns every point to its nearest centroid; returns the number of points that changed their cluster.</summary>
    private unsafe long Assign()
    {
        long moved = 0;
        _panels.Pack(_centroids);
        _bounds.Measure(_centroids);
        _points.Chunks.ForEach((chunk, first, end) =>
        {
            int[] active = new int[end - first];
            int count = _bounds.Select(_points.Matrix, _centroids, _labels, first, end, active);
            int movedHere = 0;
            fixed (float* points = _points.Matrix.Values)
            {
                for (int i = 0; i < count; i += Block)
                    movedHere += AssignBlock(points, active.AsSpan(i, Math.Min(Block, count - i)), chunk);
            }

            Interlocked.Add(ref moved, movedHere);
        });
        _sums.Reduce();
        return moved;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe int AssignBlock(float* points, ReadOnlySpan<int> rows, int chunk)
    {
        Span<int> nearest = stackalloc int[Block];
        Span<float> best = stackalloc float[Block], second = stackalloc float[Block];
        _panels.Nearest(points, rows, nearest, best, second);
        int moved = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            _bounds.Set(row, best[i], second[i]);
            if (_labels[row] == nearest[i])
                continue;
            _sums.Move(row, chunk, _labels[row], nearest[i]);
            _labels[row] = nearest[i];
            moved++;
        }

        return moved;
    }
}
