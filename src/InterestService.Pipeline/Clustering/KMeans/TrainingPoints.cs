using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// Points made ready for a fit. Euclidean points whose mean is farther off than they lie apart are moved to it, in a copy, so that float32
/// keeps its digits for differences between points; spherical ones stay where they are, for there the origin means something.
/// </summary>
internal sealed class TrainingPoints
{
    /// <summary>In units of the total variance: a bit of precision is lost.</summary>
    private const double MaxSquaredMean = 1;

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

    /// <summary>What was subtracted from every point, <c>[columns]</c>.</summary>
    public float[] Origin { get; }

    /// <summary><c>[points]</c></summary>
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
