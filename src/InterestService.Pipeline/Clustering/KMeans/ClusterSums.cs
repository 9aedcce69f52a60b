using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Float64 sums and counts of the points of each cluster, kept by chunk, updated only for points that change their cluster, and added in
/// the order of the chunks.
/// </summary>
/// <param name="points">The points.</param>
/// <param name="clusters">Number of clusters.</param>
/// <param name="chunks">Chunks of the points.</param>
internal sealed class ClusterSums(TrainingPoints points, int clusters, RowChunks chunks)
{
    private readonly int _columns = points.Matrix.Columns;
    private readonly double[][] _chunkSums = NewChunks<double>(chunks, clusters * points.Matrix.Columns);
    private readonly int[][] _chunkCounts = NewChunks<int>(chunks, clusters);
    private readonly double[] _sums = new double[clusters * points.Matrix.Columns];

    /// <summary>Number of points of each cluster, <c>[clusters]</c>, as of the last <see cref="Reduce"/>.</summary>
    public int[] Counts { get; } = new int[clusters];

    /// <summary>Moves a row between clusters; <paramref name="from"/> is -1 if it had none.</summary>
    public void Move(int row, int from, int to) => Move(row, chunks.ChunkOf(row), from, to);

    /// <summary>Moves a row of a chunk between clusters; <paramref name="from"/> is -1 if it had none.</summary>
    public void Move(int row, int chunk, int from, int to)
    {
        Add(row, chunk, to, 1);
        if (from >= 0)
            Add(row, chunk, from, -1);
    }

    /// <summary>Sets the sum and the count of a cluster in the first chunk, for sums that are computed elsewhere.</summary>
    public void Load(int cluster, ReadOnlySpan<double> sum, int count)
    {
        sum.CopyTo(_chunkSums[0].AsSpan(cluster * _columns, _columns));
        _chunkCounts[0][cluster] = count;
    }

    /// <summary>Adds the chunks up.</summary>
    public void Reduce()
    {
        Array.Clear(_sums);
        Array.Clear(Counts);
        for (int chunk = 0; chunk < _chunkSums.Length; chunk++)
        {
            RowMath.Add(_sums, _chunkSums[chunk]);
            for (int c = 0; c < Counts.Length; c++)
                Counts[c] += _chunkCounts[chunk][c];
        }
    }

    /// <summary>
    /// Computes the mean of each cluster, of length 1 if spherical; a cluster without points or direction keeps its centroid.
    /// </summary>
    public Matrix Means(Matrix centroids, bool spherical)
    {
        var means = new Matrix(centroids.Rows, _columns);
        for (int c = 0; c < means.Rows; c++)
        {
            ReadOnlySpan<double> sum = _sums.AsSpan(c * _columns, _columns);
            Span<float> mean = means.Row(c);
            if (Counts[c] == 0 || (spherical && !RowMath.TryGetDirection(sum, mean, Counts[c])))
                centroids.Row(c).CopyTo(mean);
            else if (!spherical)
                for (int j = 0; j < _columns; j++)
                    mean[j] = (float)(sum[j] / Counts[c]);
        }

        return means;
    }

    /// <summary>Computes the sum of the squared distances to the centroids from the sums: <c>sum |x|^2 - 2 c.s + n |c|^2</c>.</summary>
    public double Inertia(Matrix centroids)
    {
        double inertia = points.TotalSquaredNorm;
        for (int c = 0; c < centroids.Rows; c++)
        {
            ReadOnlySpan<float> centroid = centroids.Row(c);
            double product = 0;
            for (int j = 0; j < _columns; j++)
                product += centroid[j] * _sums[(c * _columns) + j];
            inertia += (Counts[c] * RowMath.SquaredNorm(centroid)) - (2 * product);
        }

        return Math.Max(0, inertia);
    }

    private void Add(int row, int chunk, int cluster, int weight)
    {
        RowMath.Add(_chunkSums[chunk].AsSpan(cluster * _columns, _columns), points.Matrix.Row(row), weight);
        _chunkCounts[chunk][cluster] += weight;
    }

    private static T[][] NewChunks<T>(RowChunks chunks, int length) =>
        [.. Enumerable.Range(0, chunks.Count).Select(_ => new T[length])];
}
