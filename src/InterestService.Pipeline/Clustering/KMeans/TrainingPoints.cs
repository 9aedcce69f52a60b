using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Points prepared for a fit. Euclidean points that are farther from the origin than from each other are centred, in a copy, so that the
/// digits of float32 serve the differences between points; spherical points are not moved, because there the origin has a meaning.
/// </summary>
internal sealed class TrainingPoints
{
    /// <summary>Relative to the total variance; at 1, one bit of precision is lost.</summary>
    private const double MaxSquaredMean = 1;

    /// <param name="points"><c>[points x columns]</c>; not changed.</param>
    /// <param name="spherical">Whether the points must not be moved.</param>
    /// <param name="chunks">Chunks of the points.</param>
    public TrainingPoints(Matrix points, bool spherical, RowChunks chunks)
    {
        Chunks = chunks;
        double[] sums = new double[points.Columns];
        double[][] chunkSums = new double[chunks.Count][];
        chunks.ForEach((chunk, first, end) =>
        {
            chunkSums[chunk] = new double[points.Columns];
            for (int row = first; row < end; row++)
                RowMath.Add(chunkSums[chunk], points.Row(row), 1);
        });
        foreach (double[] sum in chunkSums)
            RowMath.Add(sums, sum);

        double[] mean = Array.ConvertAll(sums, sum => sum / points.Rows);
        double squaredMean = mean.Sum(value => value * value);
        bool moved = !spherical && squaredMean > MaxSquaredMean * (MeanSquaredNorm(points, chunks) - squaredMean);
        Origin = Array.ConvertAll(mean, value => moved ? (float)value : 0);
        Matrix = moved ? new Matrix(points.Rows, points.Columns) : points;
        SquaredNorms = new float[points.Rows];
        double[] chunkNorms = new double[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                if (moved)
                    TensorPrimitives.Subtract(points.Row(row), Origin, Matrix.Row(row));
                double norm = RowMath.SquaredNorm(Matrix.Row(row));
                SquaredNorms[row] = (float)norm;
                chunkNorms[chunk] += norm;
            }
        });
        TotalSquaredNorm = chunkNorms.Sum();
        MeanVariance = Math.Max(0, (TotalSquaredNorm / points.Rows) - (moved ? 0 : squaredMean)) / points.Columns;
    }

    public RowChunks Chunks { get; }

    /// <summary><c>[points x columns]</c></summary>
    public Matrix Matrix { get; }

    /// <summary>The vector subtracted from every point, <c>[columns]</c>.</summary>
    public float[] Origin { get; }

    /// <summary>Squared length of each point, <c>[points]</c>.</summary>
    public float[] SquaredNorms { get; }

    public double TotalSquaredNorm { get; }

    /// <summary>Mean of the variances of the columns.</summary>
    public double MeanVariance { get; }

    private static double MeanSquaredNorm(Matrix points, RowChunks chunks)
    {
        double[] norms = new double[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            for (int row = first; row < end; row++)
                norms[chunk] += RowMath.SquaredNorm(points.Row(row));
        });
        return norms.Sum() / points.Rows;
    }
}
