using MathNet.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>Eigenvalues and eigenvectors of a small symmetric positive semidefinite matrix.</summary>
/// <param name="Values">In descending order, <c>[size]</c>; 0 beyond the numerical rank.</param>
/// <param name="Vectors">
/// <c>[size][size]</c>: one per row, in the order of the values, of unit length, the component of largest magnitude positive; zero if the
/// value is 0.
/// </param>
internal sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    // Relative to the largest, a smaller eigenvalue of products of float32 is rounding error, and its vector is arbitrary.
    private const double RankTolerance = 1e-12;

    /// <summary>Computes the decomposition on the calling thread, so that the bytes are the same on every run.</summary>
    /// <param name="matrix"><c>[size][size]</c>; not changed.</param>
    public static SymmetricEigen Compute(double[][] matrix)
    {
        var decomposition = Matrix<double>.Build.DenseOfRowArrays(matrix).Evd(Symmetricity.Symmetric);
        double[] values = [.. decomposition.EigenValues.Select(value => value.Real).Reverse()];
        double threshold = values[0] * RankTolerance;
        double[][] vectors = [.. decomposition.EigenVectors.ToColumnArrays().Reverse()];
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] > threshold) Orient(vectors[i]);
            else (values[i], vectors[i]) = (0, new double[matrix.Length]);
        }

        return new SymmetricEigen(values, vectors);
    }

    /// <summary>Changes the sign so that the first component of largest magnitude is positive.</summary>
    private static void Orient(double[] vector)
    {
        if (vector.MaxBy(Math.Abs) > 0) return;
        for (int i = 0; i < vector.Length; i++) vector[i] = -vector[i];
    }
}
