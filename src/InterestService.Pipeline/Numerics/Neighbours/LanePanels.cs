using System.Runtime.CompilerServices;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows side by side, as vector instructions read them: in panels of a fixed number of lanes, each one row of lanes a column. Panels are
/// aligned to cache lines.
/// </summary>
internal sealed unsafe class LanePanels
{
    private const int CacheLine = 64;

    private readonly int _columns;
    private readonly int _width;
    private readonly float[] _storage;
    private readonly float* _panels;

    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Values of a row.</param>
    /// <param name="width">Lanes of a panel, a multiple of 16.</param>
    /// <param name="empty">Value of the lanes that are not written.</param>
    public LanePanels(int rows, int columns, int width = TileKernel.Width, float empty = 0)
    {
        _columns = columns;
        _width = width;
        Count = (rows + width - 1) / width;
        _storage = GC.AllocateArray<float>(checked((int)(((long)Count * width * columns) + (CacheLine / sizeof(float)))), pinned: true);
        if (empty != 0)
            Array.Fill(_storage, empty);
        _panels = (float*)(((nuint)Unsafe.AsPointer(ref _storage[0]) + CacheLine - 1) & ~(nuint)(CacheLine - 1));
    }

    /// <summary>Number of panels.</summary>
    public int Count { get; }

    /// <summary>Returns a panel, <c>[columns x width]</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Panel(int panel) => _panels + ((long)panel * _width * _columns);

    public void Read(int lane, Span<float> row)
    {
        float* from = Lane(lane);
        for (int j = 0; j < row.Length; j++)
            row[j] = from[j * _width];
    }

    public void Write(int lane, ReadOnlySpan<float> row)
    {
        float* to = Lane(lane);
        for (int j = 0; j < row.Length; j++)
            to[j * _width] = row[j];
    }

    public void Copy(int fromLane, int toLane)
    {
        float* from = Lane(fromLane), to = Lane(toLane);
        for (int j = 0; j < _columns; j++)
            to[j * _width] = from[j * _width];
    }

    private float* Lane(int lane) => Panel(lane / _width) + (lane % _width);
}
