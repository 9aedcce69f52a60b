using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>Cosines of random pairs of vectors: what similarity has to exceed to mean anything.</summary>
public static class RandomCosines
{
    /// <summary>Maximum number of rows; the standard error of the mean is then far below the deviation.</summary>
    private const int MaxRows = 4096;

    /// <summary>
    /// Minimum distance from the mean, in standard deviations. In two clusters of one size the pairs of a cluster are one deviation above the
    /// mean of all.
    /// </summary>
    private const double MinDeviations = .5;

    // Rounding of float32 cosines.
    private const double Tolerance = 1e-4;

    /// <summary>Computes the cosine from which two rows are more similar than random ones.</summary>
    /// <param name="vectors">Rows of unit length, <c>[rows x dimensions]</c>; at most 4,096 of them, at regular distances, are looked at.</param>
    /// <returns>0 or more.</returns>
    public static float Limit(Matrix vectors)
    {
        int step = (vectors.Rows + MaxRows - 1) / MaxRows;
        int[] rows = [.. Enumerable.Range(0, vectors.Rows).Where(row => row % step == 0)];
        if (rows.Length < 2) return 0;

        // The sum of all cosines is the squared length of the sum of the rows, and the sum of their squares that of the Gram matrix.
        double[] sum = new double[vectors.Columns];
        double[,] gram = new double[vectors.Columns, vectors.Columns];
        foreach (int row in rows)
        {
            var vector = vectors.Row(row);
            RowMath.Add(sum, vector, 1);
            for (int i = 0; i < vector.Length; i++)
                for (int j = 0; j <= i; j++) gram[i, j] += (double)vector[i] * vector[j];
        }

        double squares = 0;
        for (int i = 0; i < vectors.Columns; i++)
            for (int j = 0; j <= i; j++) squares += gram[i, j] * gram[i, j] * (i == j ? 1 : 2);
        double pairs = (double)rows.Length * (rows.Length - 1); // without those of a row with itself, whose cosine is 1
        double mean = (TensorPrimitives.Dot<double>(sum, sum) - rows.Length) / pairs;
        double variance = Math.Max(0, ((squares - rows.Length) / pairs) - (mean * mean));
        return (float)Math.Max(0, mean + (MinDeviations * Math.Sqrt(variance)) - Tolerance);
    }
}
