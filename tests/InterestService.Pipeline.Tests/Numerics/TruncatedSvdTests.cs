using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class TruncatedSvdTests
{
    [Fact]
    public void Singular_values_of_a_diagonal_matrix_are_its_entries()
    {
        var svd = Decompose(new SparseRows(4, [0, 1, 2, 3, 4], [2, 0, 3, 1], [1, 4, 2, 3]), 3);
        Assert.Equal([4, 3, 2], svd.SingularValues.Select(value => Math.Round(value, 5)));
        Assert.Equal(1, Math.Abs(svd.Right.Row(0)[0]), 1e-5);
        Assert.Equal(1, Math.Abs(svd.Right.Row(1)[1]), 1e-5);
        Assert.Equal(1, Math.Abs(svd.Right.Row(3)[2]), 1e-5);
    }

    [Fact]
    public void At_full_rank_the_projection_reconstructs_the_matrix()
    {
        var matrix = RandomSparse(rows: 60, columns: 20, seed: 1);
        var svd = Decompose(matrix, 20);
        var dense = matrix.Times(Identity(20), 1, TestContext.Current.CancellationToken);
        var projected = matrix.Times(svd.Right, 1, TestContext.Current.CancellationToken);
        for (int row = 0; row < 60; row++)
            for (int column = 0; column < 20; column++)
                Assert.Equal(dense.Row(row)[column], Dot(projected.Row(row), svd.Right.Row(column)), 1e-4);
    }

    [Fact]
    public void Right_vectors_are_orthonormal_and_scaled_by_the_singular_values()
    {
        var matrix = RandomSparse(rows: 300, columns: 120, seed: 2);
        var svd = Decompose(matrix, 8);
        var transposed = Transposed(svd.Right);
        var images = Transposed(matrix.Times(svd.Right, 1, TestContext.Current.CancellationToken));
        for (int a = 0; a < 8; a++)
        {
            // Noise has no gap in its spectrum, the hardest case for a randomised range finder: the values are slightly too low.
            Assert.InRange(svd.SingularValues[a] / Math.Sqrt(Dot(images.Row(a), images.Row(a))), .98, 1 + 1e-6);
            for (int b = 0; b <= a; b++) Assert.Equal(a == b ? 1 : 0, Dot(transposed.Row(a), transposed.Row(b)), 1e-5);
        }
    }

    [Fact]
    public void Beyond_the_rank_singular_values_and_vectors_are_zero()
    {
        // Row 2 is the sum of rows 0 and 1.
        var svd = Decompose(new SparseRows(4, [0, 2, 4, 8], [0, 1, 2, 3, 0, 1, 2, 3], [1, 2, 3, 4, 1, 2, 3, 4]), 6);
        Assert.Equal(6, svd.SingularValues.Length);
        Assert.All(svd.SingularValues[..2], value => Assert.True(value > 1));
        Assert.All(svd.SingularValues[2..], value => Assert.Equal(0, value));
        for (int row = 0; row < 4; row++) Assert.All(svd.Right.Row(row)[2..].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_zero_matrix_has_zero_vectors() =>
        Assert.All(Decompose(new SparseRows(3, [0, 0, 0], [], []), 2).Right.Values, value => Assert.Equal(0, value));

    [Fact]
    public void The_number_of_threads_does_not_change_the_decomposition()
    {
        var matrix = RandomSparse(rows: 3000, columns: 1500, seed: 3);
        TruncatedSvd one = Decompose(matrix, 6, threads: 1), four = Decompose(matrix, 6, threads: 4);
        Assert.Equal(one.SingularValues, four.SingularValues);
        Assert.Equal(one.Right.Values, four.Right.Values);
    }

    [Fact]
    public void Cancellation_stops_the_decomposition() => Assert.ThrowsAny<OperationCanceledException>(() =>
        TruncatedSvd.Compute(RandomSparse(100, 50, 1), 5, seed: 1, threads: 1, new CancellationToken(canceled: true)));

    private static TruncatedSvd Decompose(SparseRows matrix, int rank, int threads = 2) =>
        TruncatedSvd.Compute(matrix, rank, seed: 1, threads, TestContext.Current.CancellationToken);

    private static SparseRows RandomSparse(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var offsets = new List<int> { 0 };
        var entries = new List<int>();
        for (int row = 0; row < rows; row++)
        {
            entries.AddRange(Enumerable.Range(0, columns).Where(_ => random.Next(8) == 0));
            offsets.Add(entries.Count);
        }

        return new SparseRows(columns, [.. offsets], [.. entries], [.. entries.Select(_ => random.NextSingle())]);
    }

    private static Matrix Identity(int size)
    {
        var matrix = new Matrix(size, size);
        for (int i = 0; i < size; i++) matrix.Row(i)[i] = 1;
        return matrix;
    }

    private static Matrix Transposed(Matrix matrix)
    {
        var transposed = new Matrix(matrix.Columns, matrix.Rows);
        for (int row = 0; row < matrix.Rows; row++)
            for (int column = 0; column < matrix.Columns; column++) transposed.Row(column)[row] = matrix.Row(row)[column];
        return transposed;
    }

    private static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
