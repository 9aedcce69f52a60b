using System.Numerics.Tensors;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Numerics;

/// <summary>A sparse matrix <c>[rows x columns]</c> in CSR form that can be multiplied from both sides.</summary>
/// <param name="columnCount">Number of columns.</param>
/// <param name="offsets"><c>[rows + 1]</c></param>
/// <param name="columns">Of each entry, ascending within a row.</param>
/// <param name="values">Of each entry.</param>
public sealed class SparseRows(int columnCount, int[] offsets, Column<int> columns, Column<float> values) : IDisposable
{
    private readonly Column<int> _columns = columns;
    private readonly bool _ownsEntries = true;

    public int RowCount => offsets.Length - 1;

    public int ColumnCount => columnCount;

    private SparseRows(InteractionSet set) : this(set.ItemCount, set.RowOffsets, set.Columns, set.Weights) => _ownsEntries = false;

    /// <summary>The interactions of all users, with their weights: <c>[users x items]</c>. Not copied: read-only, and valid as long as the set.</summary>
    public static SparseRows FromInteractions(InteractionSet set) => new(set);

    /// <summary>The interactions of some users, with their weights: <c>[users x items]</c>.</summary>
    public static SparseRows FromInteractions(InteractionSet set, int[] users)
    {
        int[] offsets = new int[users.Length + 1];
        for (int row = 0; row < users.Length; row++) offsets[row + 1] = offsets[row] + set.ColumnsOf(users[row]).Length;
        var rows = new SparseRows(set.ItemCount, offsets, new Column<int>(offsets[^1]), new Column<float>(offsets[^1]));
        for (int row = 0; row < users.Length; row++)
        {
            set.ColumnsOf(users[row]).CopyTo(rows._columns.Span[offsets[row]..]);
            set.WeightsOf(users[row]).CopyTo(rows.ValuesOf(row));
        }

        return rows;
    }

    public ReadOnlySpan<int> ColumnsOf(int row) => _columns.Span[offsets[row]..offsets[row + 1]];

    /// <summary>Writable.</summary>
    public Span<float> ValuesOf(int row) => values.Span[offsets[row]..offsets[row + 1]];

    public SparseRows Transpose()
    {
        int[] starts = new int[columnCount + 1];
        foreach (int column in _columns.Span) starts[column + 1]++;
        for (int column = 0; column < columnCount; column++) starts[column + 1] += starts[column];

        int[] next = starts[..^1];
        var (rows, transposed) = (new Column<int>(_columns.Length), new Column<float>(_columns.Length));
        Span<int> from = _columns.Span, toRows = rows.Span;
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
    /// This times a dense matrix <c>[columns x k]</c>: <c>[rows x k]</c>. Every row is summed by one thread, in float64, in the order of
    /// its columns: the bytes do not depend on the number of threads.
    /// </summary>
    public Matrix Times(Matrix dense, int threads, CancellationToken cancellation)
    {
        var product = new Matrix(RowCount, dense.Columns);
        new RowChunks(RowCount, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            double[] sums = new double[dense.Columns];
            ReadOnlySpan<int> entryColumns = _columns.Span;
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

    /// <summary>Releases the entries, unless they are those of an interaction set.</summary>
    public void Dispose()
    {
        if (!_ownsEntries) return;
        _columns.Dispose();
        values.Dispose();
    }
}
