using System.Runtime.CompilerServices;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows side by side: panels of 16 lanes, a row of 16 values a column, aligned to cache lines. A lane not written to is infinitely far
/// from everything.
/// </summary>
internal sealed unsafe class LanePanels
{
    private readonly int _columns;
    private readonly float[] _storage;
    private readonly float* _panels;

    public LanePanels(int rows, int columns)
    {
        _columns = columns;
        long panels = (rows + DistanceTile.Width - 1) / DistanceTile.Width;
        _storage = GC.AllocateArray<float>(checked((int)((panels + 1) * DistanceTile.Width * columns)), pinned: true);
        Array.Fill(_storage, float.PositiveInfinity);
        _panels = (float*)(((nuint)Unsafe.AsPointer(ref _storage[0]) + 63) & ~(nuint)63);
    }

    /// <summary><c>[columns x 16]</c></summary>
    public float* Panel(int panel) => _panels + ((long)panel * DistanceTile.Width * _columns);

    public void Write(int lane, ReadOnlySpan<float> row)
    {
        float* to = Panel(lane / DistanceTile.Width) + (lane % DistanceTile.Width);
        for (int j = 0; j < row.Length; j++)
            to[j * DistanceTile.Width] = row[j];
    }
}
