using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Tests.Numerics;

public sealed class PositiveInverseTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(101)]
    [InlineData(1111)]
    public void The_inverse_equals_that_of_another_library_in_float64(int size)
    {
        var matrix = Covariance(size, seed: size);
        using var inverse = new Column<float>(size * size);
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++) inverse[(i * size) + j] = (float)matrix[i, j]; // the upper triangle is not read
        PositiveInverse.Compute(inverse, size, smallest: 1, threads: 2, Cancellation);
        var expected = matrix.Inverse();
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) Assert.Equal(expected[i, j], inverse[(i * size) + j], 1e-4);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_number_of_threads()
    {
        var matrix = Covariance(150, seed: 3);
        Assert.Equal(Inverse(1), Inverse(4));

        float[] Inverse(int threads)
        {
            using var inverse = new Column<float>(150 * 150);
            for (int i = 0; i < inverse.Length; i++) inverse[i] = (float)matrix[i / 150, i % 150];
            PositiveInverse.Compute(inverse, 150, smallest: 1, threads, Cancellation);
            return [.. inverse];
        }
    }

    [Fact]
    public void Pivots_that_rounding_makes_negative_leave_finite_values()
    {
        // Two equal columns with values of ten million and a penalty of one hundredth, which float32 loses.
        using var inverse = Column.Create<float>([1e7f, 1e7f, 1e7f, 1e7f]);
        PositiveInverse.Compute(inverse, 2, smallest: .01f, threads: 1, Cancellation);
        Assert.All(inverse, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_cancelled_inversion_stops()
    {
        using var inverse = Column.Create<float>([1, 0, 0, 1]);
        Assert.ThrowsAny<OperationCanceledException>(() => PositiveInverse.Compute(inverse, 2, 1, threads: 1, new CancellationToken(canceled: true)));
    }

    /// <summary>Products of sparse random rows plus the identity, whose eigenvalues are at least 1.</summary>
    private static Matrix<double> Covariance(int size, int seed)
    {
        var random = new Random(seed);
        var rows = Matrix<double>.Build.Dense(2 * size, size, (_, _) => random.Next(10) == 0 ? random.NextDouble() : 0);
        return rows.TransposeThisAndMultiply(rows) + Matrix<double>.Build.DenseIdentity(size);
    }
}
