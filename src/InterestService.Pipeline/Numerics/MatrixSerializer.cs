using System.Runtime.InteropServices;

namespace InterestService.Pipeline.Numerics;

/// <summary>A model that is a few matrices: each as rows, columns (int32) and values (float32, row after row), little-endian.</summary>
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

    /// <summary>The next matrix.</summary>
    /// <exception cref="EndOfStreamException">There is not a whole one.</exception>
    public static Matrix Read(Stream stream)
    {
        Span<int> shape = stackalloc int[2];
        stream.ReadExactly(MemoryMarshal.AsBytes(shape));
        var matrix = new Matrix(shape[0], shape[1]);
        stream.ReadExactly(MemoryMarshal.AsBytes(matrix.Values.AsSpan()));
        return matrix;
    }
}
