using System.Numerics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Nearest neighbours among some of the points.</summary>
internal static class NearestRows
{
    /// <summary>
    /// The nearest row laid out (the lowest number on a tie) and the squared distance to it, for each of some rows; row -1 where nothing is
    /// laid out.
    /// </summary>
    public static (int[] Rows, float[] Squared) Find(DistancePanels panels, int[] rows, RowChunks chunks, StageProgress progress)
    {
        int[] nearest = new int[rows.Length];
        float[] squared = new float[rows.Length];
        Array.Fill(nearest, -1);
        Array.Fill(squared, float.PositiveInfinity);
        chunks.ForEach((_, first, end) =>
        {
            var visitor = new Visitor(panels.Rows, nearest, squared, first);
            panels.Visit(rows.AsSpan(first, end - first), ref visitor);
            progress.Step();
        });
        return (nearest, squared);
    }

    private readonly unsafe struct Visitor(int[] rowOfLane, int[] nearest, float[] squared, int first) : ITileVisitor
    {
        public float Limit(int row, int count)
        {
            float limit = 0;
            for (int p = 0; p < count; p++)
                limit = Math.Max(limit, squared[first + row + p]);
            return limit;
        }

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++, tile += TileKernel.Width)
            {
                int at = first + row + p;
                for (uint near = TileKernel.AtMost(tile, squared[at]); near != 0; near &= near - 1)
                {
                    int i = BitOperations.TrailingZeroCount(near);
                    if (lane + i >= rowOfLane.Length)
                        break;
                    if (tile[i] < squared[at] || (tile[i] == squared[at] && rowOfLane[lane + i] < nearest[at]))
                        (nearest[at], squared[at]) = (rowOfLane[lane + i], tile[i]);
                }
            }
        }
    }
}
