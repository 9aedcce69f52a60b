namespace InterestService.Pipeline.Numerics;

/// <summary>All inner products between the rows of two matrices.</summary>
internal static class InnerProducts
{
    /// <summary>The bytes do not depend on the number of threads.</summary>
    /// <param name="left"><c>[rows x dimensions]</c></param>
    /// <param name="right"><c>[columns x dimensions]</c></param>
    /// <param name="threads">Most threads at work.</param>
    /// <returns><c>[rows x columns]</c></returns>
    public static Matrix Compute(Matrix left, Matrix right, int threads)
    {
        var products = new Matrix(left.Rows, right.Rows);
        new RowChunks(left.Rows, threads, CancellationToken.None, minimum: 8).ForEach((_, first, end) =>
        {
            // A row of the right for all of the chunk on the left: the right comes from memory once a chunk.
            for (int j = 0; j < right.Rows; j++)
                for (int i = first; i < end; i++) products.Row(i)[j] = RowMath.Dot(left.Row(i), right.Row(j));
        });
        return products;
    }
}
