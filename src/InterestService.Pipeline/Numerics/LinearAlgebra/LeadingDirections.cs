using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>The directions in which rows extend most: leading eigenvectors of their second moments, or of their covariance about a mean.</summary>
internal static class LeadingDirections
{
    /// <summary>Computes the directions, in descending order of the extent.</summary>
    /// <param name="rows"><c>[rows x columns]</c></param>
    /// <param name="count">Number of directions; those beyond the rank are zero.</param>
    /// <param name="mean">Mean of the rows, to be subtracted, <c>[columns]</c>; null for directions from the origin.</param>
    /// <param name="threads">Maximum number of threads; the bytes do not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <returns><c>[count x columns]</c>, rows of unit length unless zero.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Matrix Compute(Matrix rows, int count, float[]? mean, int threads, CancellationToken cancellation)
    {
        var eigen = Moments(rows, mean, threads, cancellation);
        var directions = new Matrix(count, rows.Columns);
        for (int i = 0; i < Math.Min(count, eigen.Vectors.Length); i++)
            TensorPrimitives.ConvertTruncating<double, float>(eigen.Vectors[i], directions.Row(i));
        return directions;
    }

    /// <summary>Decomposes the second moments of rows, summed over the rows: about a mean, or from the origin.</summary>
    /// <inheritdoc cref="Compute"/>
    internal static SymmetricEigen Moments(Matrix rows, float[]? mean, int threads, CancellationToken cancellation)
    {
        double[][] moments = TruncatedSvd.Gram(rows, threads, cancellation);
        if (mean is not null)
        {
            for (int i = 0; i < mean.Length; i++)
                for (int j = 0; j < mean.Length; j++) moments[i][j] -= (double)rows.Rows * mean[i] * mean[j];
        }

        return SymmetricEigen.Compute(moments);
    }
}
