using System.Runtime.CompilerServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// The assignment on the CPU, on float32 products. Hamerly's bounds (Hamerly 2010) exclude the points whose nearest centroid cannot have
/// changed, and the sums are updated only for points that moved, so that late iterations cost little.
/// </summary>
internal sealed class BoundedAssignment : IAssignment
{
    // Points whose sums are updated while they are still in the first-level cache.
    private const int Block = 16 * CentroidPanels.TileRows;

    private readonly TrainingPoints _points;
    private readonly CentroidPanels _panels;
    private readonly HamerlyBounds _bounds;
    private readonly int[] _labels;
    private readonly int[] _kept;
    private Matrix? _centroids;

    public BoundedAssignment(TrainingPoints points, int clusters)
    {
        _points = points;
        Sums = new ClusterSums(points, clusters, points.Chunks);
        _panels = new CentroidPanels(clusters, points.Matrix.Columns);
        _bounds = new HamerlyBounds(points.SquaredNorms);
        _labels = new int[points.Matrix.Rows];
        _kept = new int[points.Matrix.Rows];
        Array.Fill(_labels, -1);
    }

    public ClusterSums Sums { get; }

    public int[] Labels() => [.. _labels];

    public unsafe long Assign(Matrix centroids)
    {
        long moved = 0;
        if (_centroids is not null) _bounds.Move(_centroids, centroids);
        _centroids = centroids;
        _panels.Pack(centroids);
        _bounds.Measure(centroids);
        _points.Chunks.ForEach((chunk, first, end) =>
        {
            int[] active = new int[end - first];
            int count = _bounds.Select(_points.Matrix, centroids, _labels, first, end, active);
            int movedHere = 0;
            fixed (float* points = _points.Matrix.Values)
            {
                for (int i = 0; i < count; i += Block)
                    movedHere += AssignBlock(points, active.AsSpan(i, Math.Min(Block, count - i)), chunk);
            }

            Interlocked.Add(ref moved, movedHere);
        });
        Sums.Reduce();
        return moved;
    }

    public int Reseed(Matrix centroids)
    {
        int reseeded = new EmptyClusters(_points, Sums, centroids, _labels).Reseed();
        if (reseeded > 0)
            _bounds.Reset();
        return reseeded;
    }

    public double Inertia(Matrix centroids) => Sums.Inertia(centroids);

    public void Keep() => _labels.CopyTo(_kept, 0);

    public void Restore() => _kept.CopyTo(_labels, 0);

    public void Dispose()
    {
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
            Sums.Move(row, chunk, _labels[row], nearest[i]);
            _labels[row] = nearest[i];
            moved++;
        }

        return moved;
    }
}
