using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows of which ever fewer are left, for one row's squared distances to all the others: panels of 32 lanes, a row of 32 values a column.
/// A row that leaves is replaced by the last one, so that the passes shorten.
/// </summary>
internal sealed unsafe class DensePanels
{
    /// <summary>Rows a panel holds.</summary>
    public const int Width = 32;

    /// <summary>Rows a vector holds.</summary>
    public const int Lanes = 8;

    private readonly float[] _storage;
    private readonly float* _panels;

    public DensePanels(Matrix points)
    {
        Columns = points.Columns;
        Count = points.Rows;
        long panels = (Count + Width - 1) / Width;
        _storage = GC.AllocateArray<float>(checked((int)((panels * Width * Columns) + Width)), pinned: true);
        _panels = (float*)(((nuint)Unsafe.AsPointer(ref _storage[0]) + 63) & ~(nuint)63);
        for (int lane = 0; lane < Count; lane++)
            Write(lane, points.Row(lane));
    }

    public int Columns { get; }

    /// <summary>Rows left.</summary>
    public int Count { get; private set; }

    /// <summary>Panels that hold them; the last one's surplus lanes hold rows of the past or zeros.</summary>
    public int Panels => (Count + Width - 1) / Width;

    public void Read(int lane, Span<float> row)
    {
        float* at = Lane(lane);
        for (int j = 0; j < row.Length; j++)
            row[j] = at[j * Width];
    }

    public void Write(int lane, ReadOnlySpan<float> row)
    {
        float* at = Lane(lane);
        for (int j = 0; j < row.Length; j++)
            at[j * Width] = row[j];
    }

    /// <summary>Lets the last row take the place of one that leaves; returns where the last row was.</summary>
    public int Remove(int lane)
    {
        int last = --Count;
        float* to = Lane(lane), from = Lane(last);
        for (int j = 0; j < Columns; j++)
            to[j * Width] = from[j * Width];
        return last;
    }

    /// <summary>Squared distances from <paramref name="x"/>, <c>[columns]</c>, to the rows of a panel, by differences.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Distances(float* x, int panel, Vector256<float>* squared)
    {
        float* p = _panels + (panel * (long)Width * Columns);
        Vector256<float> a = default, b = default, c = default, d = default;
        for (int j = 0; j < Columns; j++, p += Width)
        {
            Vector256<float> value = Vector256.Create(x[j]);
            Vector256<float> difference = value - Vector256.Load(p);
            a = Vector256.MultiplyAddEstimate(difference, difference, a);
            difference = value - Vector256.Load(p + Lanes);
            b = Vector256.MultiplyAddEstimate(difference, difference, b);
            difference = value - Vector256.Load(p + (2 * Lanes));
            c = Vector256.MultiplyAddEstimate(difference, difference, c);
            difference = value - Vector256.Load(p + (3 * Lanes));
            d = Vector256.MultiplyAddEstimate(difference, difference, d);
        }

        squared[0] = a;
        squared[1] = b;
        squared[2] = c;
        squared[3] = d;
    }

    private float* Lane(int lane) => _panels + (lane / Width * (long)Width * Columns) + (lane % Width);
}
