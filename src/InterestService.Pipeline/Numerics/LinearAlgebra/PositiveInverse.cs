using System.Numerics;
using System.Runtime.CompilerServices;

namespace InterestService.Pipeline.Numerics.LinearAlgebra;

/// <summary>
/// The inverse of a symmetric positive definite matrix by its Cholesky factor, in place: no second matrix is needed. Each of the three steps
/// (factor, inverse of the factor, product of the inverse with its transpose) consists of inner products of contiguous parts of rows, computed
/// in blocks that stay in the cache. Each value is summed by one thread in the same order: the bytes do not depend on the number of threads.
/// </summary>
public sealed class PositiveInverse
{
    private const int Block = 32;

    /// <summary>Columns of a block of products that are summed at a time, so that both sides stay in the cache.</summary>
    private const int Depth = 1024;

    // Rows of both sides of a tile: its sums stay in registers.
    private const int TileRows = 4;
    private const int TileColumns = 2;

    private readonly Column<float> _matrix;
    private readonly int _size;
    private readonly int _blocks;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;

    private PositiveInverse(Column<float> matrix, int size, int threads, CancellationToken cancellation)
    {
        (_matrix, _size, _threads, _cancellation) = (matrix, size, threads, cancellation);
        _blocks = (size + Block - 1) / Block;
    }

    /// <summary>Replaces a matrix by its inverse. Takes size³ multiplications and additions.</summary>
    /// <param name="matrix"><c>[size x size]</c>, row after row; only the lower triangle is read, both are written.</param>
    /// <param name="size">Number of rows.</param>
    /// <param name="smallest">A lower bound of the eigenvalues, above 0; a pivot that rounding brings below it is replaced by it.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each block of rows.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the values are undefined then.</exception>
    public static void Compute(Column<float> matrix, int size, float smallest, int threads, CancellationToken cancellation)
    {
        var inverse = new PositiveInverse(matrix, size, threads, cancellation);
        inverse.Factor(smallest);
        inverse.InvertFactor();
        inverse.MultiplyFactors();
    }

    private Span<float> Row(int row) => _matrix.Span.Slice(row * _size, _size);

    private int End(int block) => Math.Min(_size, (block + 1) * Block);

    /// <summary>Writes the factor L below the diagonal and the inverse of its diagonal onto it.</summary>
    private void Factor(float smallest)
    {
        for (int block = 0; block < _blocks; block++)
        {
            var (first, end) = (block * Block, End(block));
            // What the columns before the block contribute, then the columns of the block one by one: those of its own rows, then of all below.
            ForEachBlock(block, rows => Subtract(rows * Block, End(rows), first, end));
            for (int i = first; i < end; i++) FactorRow(i, first, i + 1, smallest);
            ForEachBlock(block + 1, rows =>
            {
                for (int i = rows * Block; i < End(rows); i++) FactorRow(i, first, end, smallest);
            });
        }
    }

    private void Subtract(int firstRow, int endRow, int first, int end)
    {
        Span<float> sums = stackalloc float[Block * Block];
        Products(firstRow, endRow, first, end, 0, first, sums);
        for (int i = firstRow; i < endRow; i++)
            for (int j = first; j < Math.Min(end, i + 1); j++) Row(i)[j] -= sums[((i - firstRow) * Block) + j - first];
    }

    private void FactorRow(int i, int first, int end, float smallest)
    {
        var row = Row(i);
        for (int j = first; j < end; j++)
        {
            float value = row[j] - RowMath.Dot(row[first..j], Row(j)[first..j]);
            row[j] = j == i ? 1 / MathF.Sqrt(Math.Max(value, smallest)) : value * Row(j)[j];
        }
    }

    /// <summary>Writes U, the transposed inverse of L, above the diagonal: U[j, i] = -U[i, i] times the sum of L[i, k] U[j, k] over j ≤ k &lt; i.</summary>
    private void InvertFactor() => ForEachBlock(0, block =>
    {
        Span<float> sums = stackalloc float[Block * Block];
        var (first, end) = (block * Block, End(block));
        for (int columns = block; columns < _blocks; columns++)
        {
            _cancellation.ThrowIfCancellationRequested();
            int start = columns * Block;
            Products(first, end, start, End(columns), end, start, sums);
            for (int j = first; j < end; j++)
                for (int i = Math.Max(j + 1, start); i < End(columns); i++)
                {
                    Span<float> upper = Row(j), lower = Row(i);
                    float sum = columns == block
                        ? RowMath.Dot(upper[j..i], lower[j..i])
                        : sums[((j - first) * Block) + i - start] + RowMath.Dot(upper[j..end], lower[j..end]) + RowMath.Dot(upper[start..i], lower[start..i]);
                    upper[i] = -sum * lower[i];
                }
        }
    });

    /// <summary>Writes the inverse, U U^T, below the diagonal, which only then gets its own, and finally mirrors it.</summary>
    private void MultiplyFactors()
    {
        float[] diagonal = new float[_size];
        ForEachBlock(0, block =>
        {
            Span<float> sums = stackalloc float[Block * Block];
            var (first, end) = (block * Block, End(block));
            for (int columns = 0; columns <= block; columns++)
            {
                _cancellation.ThrowIfCancellationRequested();
                int start = columns * Block;
                Products(first, end, start, End(columns), end, _size, sums);
                for (int i = first; i < end; i++)
                    for (int j = start; j < Math.Min(i + 1, End(columns)); j++)
                    {
                        float sum = sums[((i - first) * Block) + j - start] + RowMath.Dot(Row(i)[i..end], Row(j)[i..end]);
                        if (j == i) diagonal[i] = sum;
                        else Row(i)[j] = sum;
                    }
            }
        });
        for (int i = 0; i < _size; i++)
        {
            Row(i)[i] = diagonal[i];
            for (int j = 0; j < i; j++) Row(j)[i] = Row(i)[j];
        }
    }

    private void ForEachBlock(int first, Action<int> body) =>
        new RowChunks(_blocks - first, _threads, _cancellation, minimum: 1).ForEach((_, from, end) =>
        {
            for (int block = from; block < end; block++) body(first + block);
        });

    /// <summary>Computes the inner products of two blocks of rows over the columns from <paramref name="from"/> to <paramref name="to"/>.</summary>
    /// <param name="firstLeft">First row of the left block.</param>
    /// <param name="endLeft">End of its rows.</param>
    /// <param name="firstRight">First row of the right block.</param>
    /// <param name="endRight">End of its rows.</param>
    /// <param name="from">First column.</param>
    /// <param name="to">End of the columns; no product has terms if it is not above <paramref name="from"/>.</param>
    /// <param name="sums">Receives them, <c>[Block x Block]</c>.</param>
    private void Products(int firstLeft, int endLeft, int firstRight, int endRight, int from, int to, Span<float> sums)
    {
        sums.Clear();
        for (int start = from; start < to; start += Depth)
        {
            int length = Math.Min(Depth, to - start);
            for (int i = firstLeft; i < endLeft; i += TileRows)
                for (int j = firstRight; j < endRight; j += TileColumns)
                {
                    var tile = sums[(((i - firstLeft) * Block) + j - firstRight)..];
                    if (i + TileRows <= endLeft && j + TileColumns <= endRight) AddTile(i, j, start, length, tile);
                    else AddPart(i, Math.Min(endLeft, i + TileRows), j, Math.Min(endRight, j + TileColumns), start, length, tile);
                }
        }
    }

    private void AddPart(int firstLeft, int endLeft, int firstRight, int endRight, int start, int length, Span<float> tile)
    {
        for (int i = firstLeft; i < endLeft; i++)
            for (int j = firstRight; j < endRight; j++)
                tile[((i - firstLeft) * Block) + j - firstRight] += RowMath.Dot(Row(i).Slice(start, length), Row(j).Slice(start, length));
    }

    /// <summary>Adds the products of 4 rows with 2: as many sums as hide the latency of an addition, and few loads for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTile(int left, int right, int start, int length, Span<float> tile)
    {
        ref float a0 = ref Row(left)[start], a1 = ref Row(left + 1)[start], a2 = ref Row(left + 2)[start], a3 = ref Row(left + 3)[start];
        ref float b0 = ref Row(right)[start], b1 = ref Row(right + 1)[start];
        Vector<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        int whole = length - (length % Vector<float>.Count);
        for (nuint k = 0; k < (nuint)whole; k += (nuint)Vector<float>.Count)
        {
            Vector<float> x = Vector.LoadUnsafe(ref b0, k), y = Vector.LoadUnsafe(ref b1, k), value = Vector.LoadUnsafe(ref a0, k);
            s00 = Vector.FusedMultiplyAdd(value, x, s00);
            s01 = Vector.FusedMultiplyAdd(value, y, s01);
            value = Vector.LoadUnsafe(ref a1, k);
            s10 = Vector.FusedMultiplyAdd(value, x, s10);
            s11 = Vector.FusedMultiplyAdd(value, y, s11);
            value = Vector.LoadUnsafe(ref a2, k);
            s20 = Vector.FusedMultiplyAdd(value, x, s20);
            s21 = Vector.FusedMultiplyAdd(value, y, s21);
            value = Vector.LoadUnsafe(ref a3, k);
            s30 = Vector.FusedMultiplyAdd(value, x, s30);
            s31 = Vector.FusedMultiplyAdd(value, y, s31);
        }

        tile[0] += Vector.Sum(s00);
        tile[1] += Vector.Sum(s01);
        tile[Block] += Vector.Sum(s10);
        tile[Block + 1] += Vector.Sum(s11);
        tile[2 * Block] += Vector.Sum(s20);
        tile[(2 * Block) + 1] += Vector.Sum(s21);
        tile[3 * Block] += Vector.Sum(s30);
        tile[(3 * Block) + 1] += Vector.Sum(s31);
        if (whole < length) AddPart(left, left + TileRows, right, right + TileColumns, start + whole, length - whole, tile);
    }
}
