using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>Binary form of matrices: each as rows, columns (int32) and values (float32, row after row), little-endian.</summary>
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
}
