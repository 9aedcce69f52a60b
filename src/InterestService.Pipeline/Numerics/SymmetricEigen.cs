using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric positive semidefinite matrix by one-sided Jacobi rotations (Hestenes, 1958;
/// Demmel and Veselić, "Jacobi's method is more accurate than QR", 1992). One thread, so the bytes are the same on every run.
/// </summary>
/// <param name="Values">Descending, <c>[size]</c>.</param>
/// <param name="Vectors"><c>[size][size]</c>: one a row, of unit length, in the order of the values; zero where the value is 0.</param>
internal sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    // Convergence is quadratic: about ten sweeps are enough for any matrix of a few hundred rows.
    private const int MaxSweeps = 60;
    private const double Orthogonal = 1e-12;

    // Smaller beside the largest, an eigenvalue of products of float32 is rounding error, and its vector says nothing.
    private const double Rank = 1e-12;

    /// <param name="matrix"><c>[size][size]</c>; overwritten.</param>
    public static SymmetricEigen Compute(double[][] matrix)
    {
        double floor = matrix.Max(row => TensorPrimitives.SumOfSquares<double>(row)) * Rank * Rank;
        bool rotated = true;
        for (int sweep = 0; rotated && sweep < MaxSweeps; sweep++)
        {
            rotated = false;
            for (int p = 0; p < matrix.Length; p++)
                for (int q = p + 1; q < matrix.Length; q++)
                    rotated |= Rotate(matrix[p], matrix[q], floor);
        }

        double[] lengths = [.. matrix.Select(row => TensorPrimitives.Norm<double>(row))];
        double zero = lengths.Max() * Rank;
        for (int i = 0; i < matrix.Length; i++)
        {
            if (lengths[i] > zero) TensorPrimitives.Divide(matrix[i], lengths[i], matrix[i]);
            else (lengths[i], matrix[i]) = (0, new double[matrix.Length]);
        }

        int[] order = [.. Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i])];
        return new SymmetricEigen([.. order.Select(i => lengths[i])], [.. order.Select(i => matrix[i])]);
    }

    /// <summary>Turns two rows in their plane until they are orthogonal; says whether that was needed.</summary>
    private static bool Rotate(double[] a, double[] b, double floor)
    {
        double aa = TensorPrimitives.SumOfSquares<double>(a), bb = TensorPrimitives.SumOfSquares<double>(b);
        double ab = TensorPrimitives.Dot<double>(a, b);
        if (aa <= floor || bb <= floor || Math.Abs(ab) <= Orthogonal * Math.Sqrt(aa * bb)) return false;

        double zeta = (bb - aa) / (2 * ab);
        double tangent = (zeta >= 0 ? 1 : -1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
        double cosine = 1 / Math.Sqrt(1 + (tangent * tangent)), sine = cosine * tangent;
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = ((cosine * a[i]) - (sine * b[i]), (sine * a[i]) + (cosine * b[i]));
        return true;
    }
}
