using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows that are removed one by one, for the squared distances of one row to all others. The last row takes the place of a removed one, so
/// that each pass over the remaining rows is shorter than the last.
/// </summary>
internal sealed unsafe class ShrinkingPanels
{
    /// <summary>Rows of a panel.</summary>
    public const int Width = TileKernel.RowWidth;

    /// <summary>Rows of a vector.</summary>
    public const int Lanes = TileKernel.Lanes;

    private readonly int _columns;
    private readonly LanePanels _panels;

    public ShrinkingPanels(Matrix points)
    {
        _columns = points.Columns;
        Count = points.Rows;
        _panels = new LanePanels(points.Rows, points.Columns, Width);
        for (int lane = 0; lane < Count; lane++)
            _panels.Write(lane, points.Row(lane));
    }

    /// <summary>Number of remaining rows.</summary>
    public int Count { get; private set; }

    /// <summary>Number of panels that hold them; surplus lanes of the last one hold removed rows or zeros.</summary>
    public int Panels => (Count + Width - 1) / Width;

    public void Read(int lane, Span<float> row) => _panels.Read(lane, row);

    public void Write(int lane, ReadOnlySpan<float> row) => _panels.Write(lane, row);

    /// <summary>Removes a row; the last one takes its lane.</summary>
    /// <returns>The lane that the last row had.</returns>
    public int Remove(int lane)
    {
        _panels.Copy(--Count, lane);
        return Count;
    }

    /// <summary>Computes the squared distances of <paramref name="x"/>, <c>[columns]</c>, to the rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SquaredDistances(float* x, int panel, Vector256<float>* squared) =>
        TileKernel.SquaredDistances(x, _panels.Panel(panel), _columns, squared);
}
