namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>Inner products between the rows of two matrices.</summary>
internal static class InnerProducts
{
    /// <summary>Computes all inner products. The bytes do not depend on the number of threads.</summary>
    /// <param name="left"><c>[rows x dimensions]</c></param>
    /// <param name="right"><c>[columns x dimensions]</c></param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <returns><c>[rows x columns]</c></returns>
    public static Matrix Compute(Matrix left, Matrix right, int threads)
    {
        var products = new Matrix(left.Rows, right.Rows);
        Compute(left, right, products, threads);
        return products;
    }

    /// <summary>Computes all inner products into a matrix. The bytes do not depend on the number of threads.</summary>
    /// <param name="left"><c>[rows x dimensions]</c></param>
    /// <param name="right"><c>[columns x dimensions]</c></param>
    /// <param name="products"><c>[rows x columns]</c>; overwritten.</param>
    /// <param name="threads">Maximum number of threads.</param>
    public static void Compute(Matrix left, Matrix right, Matrix products, int threads)
    {
        new RowChunks(left.Rows, threads, CancellationToken.None, minimum: 8).ForEach((_, first, end) =>
        {
            // All rows of the chunk use a row of the right matrix while it is in the cache.
            for (int j = 0; j < right.Rows; j++)
                for (int i = first; i < end; i++) products.Row(i)[j] = RowMath.Dot(left.Row(i), right.Row(j));
        });
    }
}
