using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// K-means: Lloyd's iterations from greedy k-means++ starts improved by swaps, Euclidean or spherical. Results do not depend on the number
/// of threads.
/// </summary>
public static class KMeansClustering
{
    // Minimum size of the sample on which a start is searched: in total, and per cluster.
    private const int SampleSize = 10_000;
    private const int SamplePointsPerCluster = 50;

    // Iterations that nearly every start takes, by which the work of a fit is estimated.
    private const int MinIterations = 10;

    /// <summary>
    /// Clusters <paramref name="points"/>, <c>[points x columns]</c>. Every cluster has at least one point if there are at least as many
    /// distinct points as clusters (distinct beyond the rounding of float32); with fewer, the surplus centroids are copies of others and
    /// have none.
    /// </summary>
    /// <param name="progress">Receives every iteration of every start.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// There are fewer points than clusters, no columns, initial centroids of another shape, a value that is NaN or infinite, or, when
    /// spherical, a row whose length is not 1.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static KMeansResult Fit(
        Matrix points, KMeansOptions options, IProgress<KMeansProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(points);
        var chunks = new RowChunks(points.Rows, options.Threads, cancellation);
        Validate(points, options.Spherical, chunks, nameof(points));
        if (options.InitialCentroids is { } initial)
            Validate(initial, options.Spherical, new RowChunks(initial.Rows, 1, cancellation), nameof(options));
        var training = new TrainingPoints(points, options.Spherical, chunks);
        var random = new Random(options.Seed);
        TrainingPoints sample = options.InitialCentroids is null ? Sample(training, options, cancellation) : training;
        int starts = options.InitialCentroids is null ? options.Starts : 1;
        KMeansResult? best = null;
        for (int start = 0; start < starts; start++)
        {
            int at = start;
            Matrix centroids = options.InitialCentroids is { } given
                ? Shifted(given, training.Origin, -1)
                : Shifted(
                    new CentroidSwaps(sample, options).Search(KMeansPlusPlus.Choose(sample, options.Clusters, random), random),
                    sample.Origin,
                    1);
            using IAssignment assignment = Assignment(training, options, cancellation);
            KMeansResult result = new Lloyd(training, centroids, options)
                .Run(assignment, (iteration, inertia) => progress?.Report(new KMeansProgress(at, iteration, inertia)));
            if (best is null || result.Inertia < best.Inertia)
                best = result;
        }

        return best! with { Centroids = Shifted(best.Centroids, training.Origin, 1) };
    }

    /// <summary>
    /// Returns the nearest centroid (Euclidean; the lowest number on a tie) of each point and the squared distance to it, both
    /// <c>[points]</c>.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="centroids"><c>[clusters x columns]</c></param>
    /// <param name="device">Where the nearest are found: <c>cpu</c> or, if there is enough to do, <c>cuda</c>.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <exception cref="ArgumentException">There are no centroids, the columns differ, or a value is NaN or infinite.</exception>
    public static (int[] Labels, float[] SquaredDistances) Assign(
        Matrix points, Matrix centroids, string device, int threads, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(centroids);
        if (centroids.Rows == 0)
            throw new ArgumentException("There must be at least one centroid.", nameof(centroids));
        if (centroids.Columns != points.Columns)
            throw new ArgumentException($"Points have {points.Columns} columns, centroids {centroids.Columns}.", nameof(centroids));
        var chunks = new RowChunks(points.Rows, threads, cancellation);
        RowValidation.ThrowIfNotFinite(points, chunks, nameof(points));
        RowValidation.ThrowIfNotFinite(centroids, new RowChunks(centroids.Rows, 1, cancellation), nameof(centroids));
        int[] labels = ComputeDevice.For(device, (double)points.Values.Length * centroids.Rows) is { } other
            ? Nearest(points, centroids, other, chunks, cancellation)
            : Nearest(points, centroids, chunks);
        float[] distances = new float[points.Rows];
        chunks.ForEach((_, first, end) =>
        {
            for (int row = first; row < end; row++)
                distances[row] = RowMath.SquaredDistance(points.Row(row), centroids.Row(labels[row]));
        });
        return (labels, distances);
    }

    private static int[] Nearest(Matrix points, Matrix centroids, ComputeDevice device, RowChunks chunks, CancellationToken cancellation)
    {
        var prepared = new TrainingPoints(points, spherical: false, chunks);
        using var assignment = new DeviceAssignment(prepared, centroids.Rows, device, cancellation);
        assignment.Assign(Shifted(centroids, prepared.Origin, -1));
        return assignment.Labels();
    }

    private static unsafe int[] Nearest(Matrix points, Matrix centroids, RowChunks chunks)
    {
        // Relative to the mean of the centroids, the digits of float32 serve the differences.
        float[] origin = new float[centroids.Columns];
        for (int c = 0; c < centroids.Rows; c++)
            for (int j = 0; j < origin.Length; j++)
                origin[j] += centroids.Row(c)[j] / centroids.Rows;
        Matrix shifted = Shifted(centroids, origin, -1);
        var panels = new CentroidPanels(centroids.Rows, centroids.Columns);
        panels.Pack(shifted);
        int[] labels = new int[points.Rows];
        chunks.ForEach((_, first, end) =>
        {
            float[] rows = new float[(end - first) * points.Columns];
            for (int row = first; row < end; row++)
                TensorPrimitives.Subtract(points.Row(row), origin, rows.AsSpan((row - first) * points.Columns, points.Columns));
            int[] indexes = [.. Enumerable.Range(0, end - first)];
            float[] best = new float[indexes.Length];
            fixed (float* x = rows)
                panels.Nearest(x, indexes, labels.AsSpan(first, indexes.Length), best, new float[indexes.Length]);
        });
        return labels;
    }

    private static IAssignment Assignment(TrainingPoints points, KMeansOptions options, CancellationToken cancellation)
    {
        double products = (double)MinIterations * points.Matrix.Values.Length * options.Clusters;
        return ComputeDevice.For(options.Device, products) is { } device
            ? new DeviceAssignment(points, options.Clusters, device, cancellation)
            : new BoundedAssignment(points, options.Clusters);
    }

    private static void Validate(Matrix rows, bool spherical, RowChunks chunks, string parameter)
    {
        if (spherical)
            RowValidation.ThrowIfNotUnitLength(rows, chunks, parameter);
        else
            RowValidation.ThrowIfNotFinite(rows, chunks, parameter);
    }

    private static TrainingPoints Sample(TrainingPoints points, KMeansOptions options, CancellationToken cancellation)
    {
        Matrix all = points.Matrix;
        long size = Math.Max(SampleSize, (long)SamplePointsPerCluster * options.Clusters);
        Matrix sample = size >= all.Rows ? all : all.SelectRows(new Random(options.Seed).SampleAscending(all.Rows, (int)size));
        return new TrainingPoints(sample, options.Spherical, new RowChunks(sample.Rows, options.Threads, cancellation));
    }

    private static Matrix Shifted(Matrix matrix, float[] by, int sign)
    {
        var shifted = new Matrix(matrix.Rows, matrix.Columns);
        for (int row = 0; row < matrix.Rows; row++)
            TensorPrimitives.MultiplyAdd(by, sign, matrix.Row(row), shifted.Row(row));
        return shifted;
    }
}
