using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>
/// The leading part of a singular value decomposition, <c>X ~ U S V^T</c>, by randomised range finding with power iterations (Halko,
/// Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011, algorithms 4.4 and 5.1). The cost is proportional to the
/// number of entries. The same matrix and seed give the same bytes for any number of threads.
/// </summary>
/// <param name="SingularValues">Descending, <c>[rank]</c>; 0 beyond the rank of the matrix.</param>
/// <param name="Right">V, <c>[columns x rank]</c>: orthonormal columns; zero where the singular value is 0.</param>
public sealed record TruncatedSvd(double[] SingularValues, Matrix Right)
{
    // Values from the paper: ten directions more than requested, and four iterations, which suffice for slowly decaying spectra.
    private const int Oversampling = 10;
    private const int PowerIterations = 4;

    /// <summary>Computes the decomposition.</summary>
    /// <param name="matrix"><c>[rows x columns]</c></param>
    /// <param name="rank">Number of singular values; may exceed the rank of the matrix.</param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static TruncatedSvd Compute(SparseRows matrix, int rank, int seed, int threads, CancellationToken cancellation)
    {
        using var transposed = matrix.Transpose();
        int directions = Math.Min(rank + Oversampling, Math.Min(matrix.RowCount, matrix.ColumnCount));
        var range = matrix.Times(Gaussian(matrix.ColumnCount, directions, seed), threads, cancellation);
        for (int i = 0; i < PowerIterations; i++)
        {
            // Each product is orthonormalised, or float32 would lose all but the largest directions.
            var (left, _) = Orthonormalise(range, threads, cancellation);
            var (right, _) = Orthonormalise(transposed.Times(left, threads, cancellation), threads, cancellation);
            range = matrix.Times(right, threads, cancellation);
        }

        var (basis, _) = Orthonormalise(range, threads, cancellation);                              // Q: [rows x directions]
        var (vectors, values) = Orthonormalise(transposed.Times(basis, threads, cancellation), threads, cancellation); // of (Q^T X)^T
        int kept = Math.Min(rank, directions);
        var v = new Matrix(matrix.ColumnCount, rank);
        for (int row = 0; row < v.Rows; row++) vectors.Row(row)[..kept].CopyTo(v.Row(row));
        return new TruncatedSvd([.. values.Take(kept), .. new double[rank - kept]], v);
    }

    private static Matrix Gaussian(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var matrix = new Matrix(rows, columns);
        for (int i = 0; i < matrix.Values.Length; i++) matrix.Values[i] = (float)random.NextNormal();
        return matrix;
    }

    /// <summary>
    /// Computes the left singular vectors and the singular values of a tall matrix from the eigenvectors of its Gram matrix: an orthonormal
    /// basis of its columns in descending order of the singular values.
    /// </summary>
    private static (Matrix Basis, double[] Values) Orthonormalise(Matrix tall, int threads, CancellationToken cancellation)
    {
        var eigen = SymmetricEigen.Compute(Gram(tall, threads, cancellation));
        double[] values = [.. eigen.Values.Select(Math.Sqrt)];
        var basis = new Matrix(tall.Rows, tall.Columns);
        new RowChunks(tall.Rows, threads, cancellation).ForEach((_, first, end) =>
        {
            double[] row = new double[tall.Columns];
            for (int i = first; i < end; i++)
            {
                TensorPrimitives.ConvertTruncating<float, double>(tall.Row(i), row);
                for (int j = 0; j < row.Length; j++)
                    if (values[j] > 0) basis.Row(i)[j] = (float)(TensorPrimitives.Dot<double>(row, eigen.Vectors[j]) / values[j]);
            }
        });
        return (basis, values);
    }

    /// <summary>Computes A^T A, <c>[columns][columns]</c>.</summary>
    internal static double[][] Gram(Matrix tall, int threads, CancellationToken cancellation)
    {
        int columns = tall.Columns;
        var chunks = new RowChunks(tall.Rows, threads, cancellation);
        double[][] partial = new double[chunks.Count][];
        chunks.ForEach((chunk, first, end) =>
        {
            double[] sums = partial[chunk] = new double[columns * columns];
            for (int i = first; i < end; i++)
            {
                var row = tall.Row(i);
                for (int j = 0; j < columns; j++) RowMath.Add(sums.AsSpan((j * columns) + j, columns - j), row[j..], row[j]);
            }
        });

        double[][] gram = [.. Enumerable.Range(0, columns).Select(_ => new double[columns])];
        for (int i = 0; i < columns; i++)
            for (int j = i; j < columns; j++) gram[i][j] = gram[j][i] = partial.Sum(sums => sums[(i * columns) + j]);
        return gram;
    }
}
