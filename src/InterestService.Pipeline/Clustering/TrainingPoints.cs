using System.Runtime.CompilerServices;

namespace InterestService.Pipeline.Clustering;

/// <summary>
/// Points made ready for a fit. Euclidean points are moved to their mean, as scikit-learn does, so that float32 keeps its digits for
/// differences between points; spherical ones stay where they are, for there the origin means something.
/// </summary>
internal sealed class TrainingPoints
{
    private const double UnitTolerance = 1e-3;

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

        Origin = Array.ConvertAll(sums, sum => spherical ? 0 : (float)(sum / points.Rows));
        Matrix = spherical ? points : new Matrix(points.Rows, points.Columns);
        SquaredNorms = new float[points.Rows];
        double[] chunkNorms = new double[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                if (!spherical)
                    Shift(points.Row(row), Origin, Matrix.Row(row));
                double norm = RowMath.SquaredNorm(Matrix.Row(row));
                SquaredNorms[row] = (float)norm;
                chunkNorms[chunk] += norm;
            }
        });
        TotalSquaredNorm = chunkNorms.Sum();
        double squaredMean = spherical ? sums.Sum(sum => sum / points.Rows * sum / points.Rows) : 0;
        MeanVariance = Math.Max(0, (TotalSquaredNorm / points.Rows) - squaredMean) / points.Columns;
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

    /// <summary>Says which row holds a value that arithmetic cannot use, or has no length of 1 where one is needed.</summary>
    /// <exception cref="ArgumentException">There is such a row; the first one is named.</exception>
    public static void Validate(Matrix points, bool spherical, RowChunks chunks, string parameter)
    {
        int[] bad = new int[chunks.Count];
        chunks.ForEach((chunk, first, end) =>
        {
            bad[chunk] = int.MaxValue;
            for (int row = first; row < end && bad[chunk] == int.MaxValue; row++)
            {
                double norm = RowMath.SquaredNorm(points.Row(row));
                if (!float.IsFinite((float)norm) || (spherical && Math.Abs(norm - 1) > UnitTolerance))
                    bad[chunk] = row;
            }
        });
        int worst = bad.DefaultIfEmpty(int.MaxValue).Min();
        if (worst == int.MaxValue)
            return;
        double squared = RowMath.SquaredNorm(points.Row(worst));
        throw new ArgumentException(
            float.IsFinite((float)squared)
                ? $"Row {worst} has length {Math.Sqrt(squared):G4}; spherical k-means needs rows of length 1."
                : $"Row {worst} holds NaN, infinity or a value too large to square.",
            parameter);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Shift(ReadOnlySpan<float> row, ReadOnlySpan<float> origin, Span<float> shifted)
    {
        for (int j = 0; j < row.Length; j++)
            shifted[j] = row[j] - origin[j];
    }
}
