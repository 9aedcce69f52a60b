using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>
/// Binary form of matrices, little-endian: a dense one as rows, columns (int32) and values (float32, row after row); a sparse one as rows,
/// columns, entries of each row (int32), and for each row the columns (int32) and values (float32) of its entries.
/// </summary>
internal static class MatrixSerializer
{
    public static void Write(Stream stream, params ReadOnlySpan<Matrix> matrices)
    {
        foreach (var matrix in matrices)
        {
            stream.Write(MemoryMarshal.AsBytes<int>([matrix.Rows, matrix.Columns]));
            stream.Write(MemoryMarshal.AsBytes<float>(matrix.Values));
        }
    }

    /// <summary>Reads the next matrix.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before the end of the matrix.</exception>
    public static Matrix Read(Stream stream)
    {
        Span<int> shape = stackalloc int[2];
        stream.ReadExactly(MemoryMarshal.AsBytes(shape));
        var matrix = new Matrix(shape[0], shape[1]);
        stream.ReadExactly(MemoryMarshal.AsBytes(matrix.Values.AsSpan()));
        return matrix;
    }

    public static void Write(Stream stream, SparseRows matrix)
    {
        stream.Write(MemoryMarshal.AsBytes<int>([matrix.RowCount, matrix.ColumnCount]));
        int[] lengths = new int[matrix.RowCount];
        for (int row = 0; row < lengths.Length; row++) lengths[row] = matrix.ColumnsOf(row).Length;
        stream.Write(MemoryMarshal.AsBytes<int>(lengths));
        for (int row = 0; row < lengths.Length; row++)
        {
            stream.Write(MemoryMarshal.AsBytes(matrix.ColumnsOf(row)));
            stream.Write(MemoryMarshal.AsBytes(matrix.ValuesOf(row)));
        }
    }

    /// <summary>Reads the next matrix, a sparse one; disposed by the caller.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before the end of the matrix.</exception>
    /// <exception cref="InvalidDataException">A row has more entries than columns, or an entry is in no column.</exception>
    public static SparseRows ReadSparse(Stream stream)
    {
        Span<int> shape = stackalloc int[2];
        stream.ReadExactly(MemoryMarshal.AsBytes(shape));
        int columnCount = shape[1];
        int[] lengths = new int[shape[0]];
        stream.ReadExactly(MemoryMarshal.AsBytes(lengths.AsSpan()));
        if (lengths.Any(length => length < 0 || length > columnCount)) throw new InvalidDataException("A row has more entries than columns.");
        var rows = new (int Column, float Value)[lengths.Length][];
        for (int row = 0; row < rows.Length; row++)
        {
            int[] columns = new int[lengths[row]];
            float[] values = new float[lengths[row]];
            stream.ReadExactly(MemoryMarshal.AsBytes(columns.AsSpan()));
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            if (columns.Any(column => column < 0 || column >= columnCount)) throw new InvalidDataException("An entry is in no column.");
            rows[row] = [.. columns.Zip(values)];
        }

        return SparseRows.Create(columnCount, rows);
    }
}
