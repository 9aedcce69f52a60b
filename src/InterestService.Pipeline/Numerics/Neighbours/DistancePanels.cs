using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>
/// Rows in panels of 16 for the distances of many rows to all of them. Each panel has a bounding ball by which a search can skip it; in the
/// order of <see cref="SpatialOrder"/> the balls are small.
/// </summary>
internal sealed unsafe class DistancePanels
{
    /// <summary>Rows of a panel.</summary>
    public const int Width = TileKernel.Width;

    /// <summary>Rows of a group of panels, whose balls are compared together.</summary>
    public const int GroupRows = Width * Width;

    // Rows compared with a group of panels while the group stays in the cache.
    private const int BlockRows = 32 * TileKernel.Rows;
    // Rounding error of float32 in the centre and the radius of a ball and in the distance to it.
    private const float Slack = 1 + 1e-4f;

    private readonly Matrix _points;
    private readonly int _panelCount;
    private readonly LanePanels _panels;
    private readonly LanePanels _centres;
    private readonly float[] _radii;

    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="rows">The points in the panels, in this order.</param>
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

    /// <summary>The row in each lane.</summary>
    public int[] Rows { get; }

    /// <summary>Passes the squared distances of some rows to all rows in the panels that may be within the limit of the visitor.</summary>
    /// <param name="rows">The rows of the points to compare.</param>
    /// <param name="visitor">Receives the tiles of squared distances.</param>
    /// <param name="firstLane">
    /// The lane to begin with, best that of a neighbour of the first row; the search wraps around at the end. The default value is 0.
    /// </param>
    /// <param name="onward">
    /// Whether the rows are those in the panels from the first lane on and each pair is needed once, so that lanes before a row may be
    /// skipped. The default value is false.
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

    /// <summary>Returns the panels of a group that may contain a row within the limit, one bit each.</summary>
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

/// <summary>Receives the squared distances of up to 6 rows to 16 others.</summary>
internal unsafe interface ITileVisitor
{
    /// <summary>Returns the maximum squared distance that is relevant to one of these rows; below 0 if none is.</summary>
    float Limit(int row, int count);

    /// <summary>Receives a tile.</summary>
    /// <param name="row">Position of the first row among the compared rows.</param>
    /// <param name="count">Number of rows in the tile, 1 to 6; further rows repeat the last one.</param>
    /// <param name="lane">The first of the 16 lanes.</param>
    /// <param name="tile">Squared distances, <c>[6 x 16]</c>; infinity in lanes without a row.</param>
    void Visit(int row, int count, int lane, float* tile);
}
