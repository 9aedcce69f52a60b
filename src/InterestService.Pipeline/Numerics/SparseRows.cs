using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics;

/// <summary>A sparse matrix <c>[rows x columns]</c> in CSR form that can be multiplied from both sides.</summary>
/// <param name="columnCount">Number of columns.</param>
/// <param name="offsets"><c>[rows + 1]</c></param>
/// <param name="columns">Of each entry, ascending within a row.</param>
/// <param name="values">Of each entry.</param>
public sealed class SparseRows(int columnCount, int[] offsets, int[] columns, float[] values)
{
    public int RowCount => offsets.Length - 1;

    public int ColumnCount => columnCount;

    public ReadOnlySpan<int> ColumnsOf(int row) => columns.AsSpan(offsets[row]..offsets[row + 1]);

    /// <summary>Writable.</summary>
    public Span<float> ValuesOf(int row) => values.AsSpan(offsets[row]..offsets[row + 1]);

    public SparseRows Transpose()
    {
        int[] starts = new int[columnCount + 1];
        foreach (int column in columns) starts[column + 1]++;
        for (int column = 0; column < columnCount; column++) starts[column + 1] += starts[column];

        int[] next = starts[..^1], rows = new int[columns.Length];
        float[] transposed = new float[columns.Length];
        for (int row = 0; row < RowCount; row++)
            for (int e = offsets[row]; e < offsets[row + 1]; e++)
            {
                int at = next[columns[e]]++;
                (rows[at], transposed[at]) = (row, values[e]);
            }

        return new SparseRows(RowCount, starts, rows, transposed);
    }

    /// <summary>
    /// This times a dense matrix <c>[columns x k]</c>: <c>[rows x k]</c>. Every row is summed by one thread, in float64, in the order of
    /// its columns: the bytes do not depend on the number of threads.
    /// </summary>
    public Matrix Times(Matrix dense, int threads, CancellationToken cancellation)
    {
        var product = new Matrix(RowCount, dense.Columns);
        new RowChunks(RowCount, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            double[] sums = new double[dense.Columns];
            for (int row = first; row < end; row++)
            {
                Array.Clear(sums);
                for (int e = offsets[row]; e < offsets[row + 1]; e++) RowMath.Add(sums, dense.Row(columns[e]), values[e]);
                TensorPrimitives.ConvertTruncating<double, float>(sums, product.Row(row));
            }
        });
        return product;
    }
}
