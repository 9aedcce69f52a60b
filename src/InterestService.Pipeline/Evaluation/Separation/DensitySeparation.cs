using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The lowest mutual reachability from the inner nodes of each cluster to those of any other.</summary>
internal static class DensitySeparation
{
    /// <summary>Computes the separation of each cluster, <c>[clusters]</c>.</summary>
    public static float[] Compute(Matrix points, DensityTree[] trees, int threads, CancellationToken cancellation)
    {
        int[] rows = [.. trees.SelectMany(tree => tree.Inner)];
        float[] cores = [.. trees.SelectMany(tree => tree.SquaredCores)];
        int[] clusters = [.. trees.Index().SelectMany(tree => tree.Item.Inner.Select(_ => tree.Index))];
        float[] nearest = new float[rows.Length];
        Array.Fill(nearest, float.PositiveInfinity);
        var panels = new DistancePanels(points, rows);
        new RowChunks(rows.Length, threads, cancellation, RowChunks.PairwiseMinimum).ForEach((_, first, end) =>
        {
            var visitor = new Visitor(cores, clusters, nearest, first);
            panels.Visit(rows.AsSpan(first, end - first), ref visitor);
        });
        float[] separations = new float[trees.Length];
        Array.Fill(separations, float.PositiveInfinity);
        for (int i = 0; i < rows.Length; i++)
            separations[clusters[i]] = Math.Min(separations[clusters[i]], nearest[i]);
        return Array.ConvertAll(separations, MathF.Sqrt);
    }

    private readonly unsafe struct Visitor(float[] cores, int[] clusters, float[] nearest, int first) : ITileVisitor
    {
        public float Limit(int row, int count)
        {
            float limit = 0;
            for (int p = 0; p < count; p++)
                limit = Math.Max(limit, nearest[first + row + p]);
            return limit;
        }

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++, tile += TileKernel.Width)
            {
                int at = first + row + p;
                for (int i = 0; i < TileKernel.Width && lane + i < clusters.Length; i++)
                {
                    if (clusters[lane + i] != clusters[at])
                        nearest[at] = Math.Min(nearest[at], Math.Max(tile[i], Math.Max(cores[at], cores[lane + i])));
                }
            }
        }
    }
}
