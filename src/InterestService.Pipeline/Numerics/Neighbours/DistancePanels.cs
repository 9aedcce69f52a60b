using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows laid out for the distances of many rows to all of them: panels of 16, each in a ball by which a search passes it over. In the
/// order of <see cref="SpatialOrder"/> the balls are small.
/// </summary>
internal sealed unsafe class DistancePanels
{
    /// <summary>Rows of a panel.</summary>
    public const int Width = TileKernel.Width;

    /// <summary>Rows of a group of panels, whose balls are looked at together.</summary>
    public const int GroupRows = Width * Width;

    // Rows that pass over a group of panels while the group stays in the cache.
    private const int BlockRows = 32 * TileKernel.Rows;
    // What float32 can be wrong by in a ball's centre, its radius and the distance to it.
    private const float Slack = 1 + 1e-4f;

    private readonly Matrix _points;
    private readonly int _panelCount;
    private readonly LanePanels _panels;
    private readonly LanePanels _centres;
    private readonly float[] _radii;

    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="rows">The points to lay out, in this order.</param>
    public DistancePanels(Matrix points, int[] rows)
    {
        _points = points;
        Rows = rows;
        _panelCount = (rows.Length + Width - 1) / Width;
        _panels = new LanePanels(rows.Length, points.Columns, empty: float.PositiveInfinity);
        _centres = new LanePanels(_panelCount, points.Columns, empty: float.PositiveInfinity);
        _radii = new float[(_panelCount + Width - 1) / Width * Width];
        double[] sums = new double[points.Columns];
        float[] centre = new float[points.Columns];
        for (int panel = 0; panel < _panelCount; panel++)
        {
            int end = Math.Min(rows.Length, (panel + 1) * Width);
            Array.Clear(sums);
            for (int lane = panel * Width; lane < end; lane++)
            {
                _panels.Write(lane, points.Row(rows[lane]));
                RowMath.Add(sums, points.Row(rows[lane]), 1);
            }

            for (int j = 0; j < centre.Length; j++)
                centre[j] = (float)(sums[j] / (end - (panel * Width)));
            _centres.Write(panel, centre);
            for (int lane = panel * Width; lane < end; lane++)
                _radii[panel] = Math.Max(_radii[panel], MathF.Sqrt(RowMath.SquaredDistance(points.Row(rows[lane]), centre)));
        }
    }

    /// <summary>The row that each lane holds.</summary>
    public int[] Rows { get; }

    /// <summary>Shows the distances of some rows to everything laid out that may be near enough.</summary>
    /// <param name="rows">The rows of the points to ask about.</param>
    /// <param name="firstLane">
    /// Where to begin, best with the neighbours of the first row; the search goes on behind the end with what is before. The default value
    /// is 0.
    /// </param>
    /// <param name="onward">
    /// The rows are those laid out from the first lane on, and each pair is wanted once: what comes before a row may be left out. The
    /// default value is false.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Visit<TVisitor>(ReadOnlySpan<int> rows, ref TVisitor visitor, int firstLane = 0, bool onward = false)
        where TVisitor : struct, ITileVisitor
    {
        float* tile = stackalloc float[TileKernel.Rows * Width];
        float** x = stackalloc float*[TileKernel.Rows];
        int groups = (_panelCount + Width - 1) / Width;
        fixed (float* values = _points.Values)
        {
            for (int block = 0; block < rows.Length; block += BlockRows)
            {
                int blockEnd = Math.Min(block + BlockRows, rows.Length);
                int firstGroup = Math.Min(firstLane + block, Rows.Length - 1) / GroupRows;
                for (int i = 0; i < (onward ? groups - firstGroup : groups); i++)
                {
                    int group = (firstGroup + i) % groups;
                    for (int row = block; row < blockEnd; row += TileKernel.Rows)
                    {
                        int count = Math.Min(TileKernel.Rows, blockEnd - row);
                        float limit = visitor.Limit(row, count);
                        if (limit < 0)
                            continue;
                        for (int p = 0; p < TileKernel.Rows; p++)
                            x[p] = values + ((long)rows[row + Math.Min(p, count - 1)] * _points.Columns);
                        for (uint near = Near(x, group, limit, tile); near != 0; near &= near - 1)
                        {
                            int panel = (group * Width) + BitOperations.TrailingZeroCount(near);
                            TileKernel.SquaredDistances(x, _panels.Panel(panel), _points.Columns, tile);
                            visitor.Visit(row, count, panel * Width, tile);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The panels of a group, one bit each, that may hold a row within the limit.</summary>
    private uint Near(float** x, int group, float limit, float* tile)
    {
        int count = Math.Min(Width, _panelCount - (group * Width));
        uint all = (1u << count) - 1;
        if (float.IsPositiveInfinity(limit))
            return all;
        TileKernel.SquaredDistances(x, _centres.Panel(group), _points.Columns, tile);
        float reach = MathF.Sqrt(limit);
        uint near = 0;
        for (int half = 0; half < Width; half += Vector256<float>.Count)
        {
            Vector256<float> nearest = Vector256.Load(tile + half);
            for (int p = 1; p < TileKernel.Rows; p++)
                nearest = Vector256.MinNative(nearest, Vector256.Load(tile + (p * Width) + half));
            Vector256<float> radius = Vector256.Create(_radii, (group * Width) + half) + Vector256.Create(reach);
            near |= Vector256.LessThanOrEqual(nearest, radius * radius * Slack).ExtractMostSignificantBits() << half;
        }

        return near & all;
    }
}

/// <summary>Takes the squared distances of up to 6 rows to 16 others.</summary>
internal unsafe interface ITileVisitor
{
    /// <summary>The largest squared distance that still matters to one of these rows; below 0: none does.</summary>
    float Limit(int row, int count);

    /// <param name="row">Position of the first row among those that were asked about.</param>
    /// <param name="count">Rows of the tile, 1 to 6; what follows them repeats the last one.</param>
    /// <param name="lane">Position of the first of the 16 others among those laid out.</param>
    /// <param name="tile">Squared distances, <c>[6 x 16]</c>; infinity where the others end.</param>
    void Visit(int row, int count, int lane, float* tile);
}
