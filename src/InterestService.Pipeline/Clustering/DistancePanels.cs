using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Clustering;

/// <summary>Takes the squared distances of up to 6 rows to 16 others.</summary>
internal unsafe interface ITileVisitor
{
    /// <param name="row">Position of the first row among those that were asked about.</param>
    /// <param name="count">Rows of the tile, 1 to 6; what follows them repeats the last one.</param>
    /// <param name="lane">Position of the first of the 16 others among those laid out.</param>
    /// <param name="tile">Squared distances, <c>[6 x 16]</c>; infinity where the others end.</param>
    void Visit(int row, int count, int lane, float* tile);
}

/// <summary>
/// Rows laid out for the distances of many rows to all of them: panels of 16, a row of 16 values a column. The kernel takes differences,
/// 6 rows against 16, so that the distance of two points is the same bytes from either side and points close to each other lose nothing.
/// </summary>
internal sealed unsafe class DistancePanels
{
    /// <summary>Rows of a tile.</summary>
    public const int TileRows = 6;

    /// <summary>Rows of a panel.</summary>
    public const int Width = 16;

    private const int Lanes = 8;
    // Rows that pass over a group of panels while the group stays in the cache.
    private const int BlockRows = 32 * TileRows;
    private const int GroupFloats = 16 * 1024;

    private readonly int _columns;
    private readonly int _panelCount;
    private readonly float[] _storage;
    private readonly float* _panels;

    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="rows">The points to lay out, in this order.</param>
    public DistancePanels(Matrix points, ReadOnlySpan<int> rows)
    {
        _columns = points.Columns;
        _panelCount = (rows.Length + Width - 1) / Width;
        _storage = GC.AllocateArray<float>(checked((int)(((long)_panelCount * Width * _columns) + Width)), pinned: true);
        _panels = (float*)(((nuint)Unsafe.AsPointer(ref _storage[0]) + 63) & ~(nuint)63);
        for (int lane = 0; lane < _panelCount * Width; lane++)
        {
            float* to = _panels + (lane / Width * (long)Width * _columns) + (lane % Width);
            for (int j = 0; j < _columns; j++)
                to[j * Width] = lane < rows.Length ? points.Row(rows[lane])[j] : float.PositiveInfinity;
        }
    }

    /// <summary>Shows the distances of some rows to everything laid out, or to what is from a lane on.</summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="rows">The rows of it to ask about.</param>
    /// <param name="firstLane">Panels that end before it are left out. The default value is 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit<TVisitor>(Matrix points, ReadOnlySpan<int> rows, ref TVisitor visitor, int firstLane = 0)
        where TVisitor : struct, ITileVisitor
    {
        float* tile = stackalloc float[TileRows * Width];
        float** x = stackalloc float*[TileRows];
        int group = Math.Max(1, GroupFloats / (Width * _columns));
        fixed (float* values = points.Values)
        {
            for (int block = 0; block < rows.Length; block += BlockRows)
            {
                int blockEnd = Math.Min(block + BlockRows, rows.Length);
                for (int groupStart = firstLane / Width; groupStart < _panelCount; groupStart += group)
                {
                    int groupEnd = Math.Min(groupStart + group, _panelCount);
                    for (int row = block; row < blockEnd; row += TileRows)
                    {
                        int count = Math.Min(TileRows, blockEnd - row);
                        for (int p = 0; p < TileRows; p++)
                            x[p] = values + ((long)rows[row + Math.Min(p, count - 1)] * _columns);
                        for (int panel = groupStart; panel < groupEnd; panel++)
                        {
                            Distances(x, _panels + (panel * (long)Width * _columns), tile);
                            visitor.Visit(row, count, panel * Width, tile);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Distances(float** x, float* panel, float* tile)
    {
        float* x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5];
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default, b5 = default;
        int columns = _columns;
        for (int j = 0; j < columns; j++, panel += Width)
        {
            Vector256<float> left = Vector256.Load(panel), right = Vector256.Load(panel + Lanes);
            Add(x0[j], left, right, ref a0, ref b0);
            Add(x1[j], left, right, ref a1, ref b1);
            Add(x2[j], left, right, ref a2, ref b2);
            Add(x3[j], left, right, ref a3, ref b3);
            Add(x4[j], left, right, ref a4, ref b4);
            Add(x5[j], left, right, ref a5, ref b5);
        }

        Store(a0, b0, tile);
        Store(a1, b1, tile + Width);
        Store(a2, b2, tile + (2 * Width));
        Store(a3, b3, tile + (3 * Width));
        Store(a4, b4, tile + (4 * Width));
        Store(a5, b5, tile + (5 * Width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float value, Vector256<float> left, Vector256<float> right, ref Vector256<float> a, ref Vector256<float> b)
    {
        Vector256<float> everywhere = Vector256.Create(value);
        left = everywhere - left;
        a = Vector256.MultiplyAddEstimate(left, left, a);
        right = everywhere - right;
        b = Vector256.MultiplyAddEstimate(right, right, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> a, Vector256<float> b, float* to)
    {
        a.Store(to);
        b.Store(to + Lanes);
    }
}
