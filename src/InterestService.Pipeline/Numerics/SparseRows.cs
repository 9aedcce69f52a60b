using System.Numerics.Tensors;

namespace InterestService.Pipeline.Numerics;

/// <summary>A sparse matrix <c>[rows x columns]</c> in CSR form.</summary>
/// <param name="columnCount">Number of columns.</param>
/// <param name="offsets"><c>[rows + 1]</c></param>
/// <param name="columns">Column of each entry, ascending within a row.</param>
/// <param name="values">Value of each entry.</param>
/// <param name="ownsEntries">Whether <see cref="Dispose"/> releases the entries. The default value is true.</param>
public sealed class SparseRows(int columnCount, int[] offsets, Column<int> columns, Column<float> values, bool ownsEntries = true) : IDisposable
{
    public int RowCount => offsets.Length - 1;

    public int ColumnCount => columnCount;

    /// <summary>Creates a matrix from its rows, whose entries are in ascending order of the column.</summary>
    public static SparseRows Create(int columnCount, IReadOnlyList<(int Column, float Value)[]> rows)
    {
        int[] offsets = new int[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++) offsets[row + 1] = offsets[row] + rows[row].Length;
        var (columns, values) = (new Column<int>(offsets[^1]), new Column<float>(offsets[^1]));
        for (int row = 0; row < rows.Count; row++)
            for (int i = 0; i < rows[row].Length; i++) (columns[offsets[row] + i], values[offsets[row] + i]) = rows[row][i];
        return new SparseRows(columnCount, offsets, columns, values);
    }

    public ReadOnlySpan<int> ColumnsOf(int row) => columns.Span[offsets[row]..offsets[row + 1]];

    /// <summary>Returns the values of a row as a writable view.</summary>
    public Span<float> ValuesOf(int row) => values.Span[offsets[row]..offsets[row + 1]];

    /// <summary>Adds <paramref name="weight"/> times a row to sums.</summary>
    public void AddRow(int row, float weight, Span<float> sums)
    {
        var entries = ColumnsOf(row);
        var weights = ValuesOf(row);
        for (int i = 0; i < entries.Length; i++) sums[entries[i]] += weight * weights[i];
    }

    public SparseRows Transpose()
    {
        int[] starts = new int[columnCount + 1];
        foreach (int column in columns.Span) starts[column + 1]++;
        for (int column = 0; column < columnCount; column++) starts[column + 1] += starts[column];

        int[] next = starts[..^1];
        var (rows, transposed) = (new Column<int>(columns.Length), new Column<float>(columns.Length));
        Span<int> from = columns.Span, toRows = rows.Span;
        Span<float> fromValues = values.Span, toValues = transposed.Span;
        for (int row = 0; row < RowCount; row++)
            for (int e = offsets[row]; e < offsets[row + 1]; e++)
            {
                int at = next[from[e]]++;
                (toRows[at], toValues[at]) = (row, fromValues[e]);
            }

        return new SparseRows(RowCount, starts, rows, transposed);
    }

    /// <summary>
    /// Multiplies by a dense matrix <c>[columns x k]</c>; returns <c>[rows x k]</c>. Every row is summed by one thread, in float64, in the
    /// order of its columns: the bytes do not depend on the number of threads.
    /// </summary>
    public Matrix Times(Matrix dense, int threads, CancellationToken cancellation)
    {
        var product = new Matrix(RowCount, dense.Columns);
        new RowChunks(RowCount, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            double[] sums = new double[dense.Columns];
            ReadOnlySpan<int> entryColumns = columns.Span;
            ReadOnlySpan<float> entries = values.Span;
            for (int row = first; row < end; row++)
            {
                Array.Clear(sums);
                for (int e = offsets[row]; e < offsets[row + 1]; e++) RowMath.Add(sums, dense.Row(entryColumns[e]), entries[e]);
                TensorPrimitives.ConvertTruncating<double, float>(sums, product.Row(row));
            }
        });
        return product;
    }

    /// <summary>Releases the entries, unless they belong to another owner.</summary>
    public void Dispose()
    {
        if (!ownsEntries) return;
        columns.Dispose();
        values.Dispose();
    }
}
