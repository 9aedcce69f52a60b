using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace InterestService.Pipeline.Numerics.Neighbours;

/// <summary>Minimum spanning trees of all points without a graph in memory.</summary>
internal static class SpanningTree
{
    private const int Steps = 256;

    /// <summary>
    /// The edges of a minimum spanning tree, <c>[points - 1]</c>, under mutual reachability, the largest of the distance and both core
    /// distances (Campello, Moulavi and Sander 2013). Prim's algorithm (Prim 1957) in the form that keeps for every point outside the tree
    /// its nearest inside: O(points^2 columns) time, O(points columns) memory. Of edges equal by a core distance the one between nearer
    /// points is taken, so that the tree does not depend on the order of the points unless distances themselves are equal.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c>, at least one.</param>
    /// <param name="squaredCores">Squared core distances, <c>[points]</c>; zeros make it the tree of the distances themselves.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe (int A, int B, float Height)[] Compute(
        Matrix points, float[] squaredCores, Action<double>? progress, CancellationToken cancellation)
    {
        int count = points.Rows;
        var panels = new ShrinkingPanels(points);
        int padded = panels.Panels * ShrinkingPanels.Width;
        int[] rows = [.. Enumerable.Range(0, padded)], inside = new int[padded];
        float[] cores = new float[padded], lowest = new float[padded], lengths = new float[padded], row = new float[points.Columns];
        squaredCores.CopyTo(cores, 0);
        Array.Fill(lowest, float.PositiveInfinity);
        Array.Fill(lengths, float.PositiveInfinity);
        // Surplus lanes are farther than any point.
        cores.AsSpan(count).Fill(float.PositiveInfinity);
        var edges = new (int A, int B, float Height)[count - 1];
        Vector256<float>* squared = stackalloc Vector256<float>[ShrinkingPanels.Width / ShrinkingPanels.Lanes];
        fixed (float* x = row, core = cores, low = lowest, length = lengths)
        fixed (int* from = inside)
        {
            int lane = 0;
            for (int step = 0; step < edges.Length; step++)
            {
                if (step % Steps == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Invoke(Done(step, count));
                }

                int newest = rows[lane];
                Vector256<int> newestEverywhere = Vector256.Create(newest);
                Vector256<float> newestCore = Vector256.Create(cores[lane]);
                panels.Read(lane, row);
                int last = panels.Remove(lane);
                (rows[lane], cores[lane], inside[lane]) = (rows[last], cores[last], inside[last]);
                (lowest[lane], lengths[lane]) = (lowest[last], lengths[last]);
                (cores[last], lowest[last]) = (float.PositiveInfinity, float.PositiveInfinity);
                var nearest = new NearestLane();
                for (int panel = 0; panel < panels.Panels; panel++)
                {
                    panels.SquaredDistances(x, panel, squared);
                    for (int i = 0; i < ShrinkingPanels.Width / ShrinkingPanels.Lanes; i++)
                    {
                        int first = (panel * ShrinkingPanels.Width) + (i * ShrinkingPanels.Lanes);
                        Vector256<float> reach = Vector256.MaxNative(
                            Vector256.MaxNative(squared[i], newestCore), Vector256.Load(core + first));
                        Vector256<float> before = Vector256.Load(low + first), lengthBefore = Vector256.Load(length + first);
                        Vector256<float> nearer = NearestLane.Lower(reach, squared[i], before, lengthBefore);
                        Vector256<float> now = Vector256.ConditionalSelect(nearer, reach, before);
                        Vector256<float> lengthNow = Vector256.ConditionalSelect(nearer, squared[i], lengthBefore);
                        now.Store(low + first);
                        lengthNow.Store(length + first);
                        Vector256.ConditionalSelect(nearer.AsInt32(), newestEverywhere, Vector256.Load(from + first)).Store(from + first);
                        nearest.See(now, lengthNow, first);
                    }
                }

                (lane, float height) = nearest.Result();
                edges[step] = (inside[lane], rows[lane], MathF.Sqrt(height));
            }
        }

        return edges;
    }

    /// <summary>Part of the work done: the passes shorten.</summary>
    private static double Done(int step, int count) => 1 - Math.Pow(1 - ((double)step / count), 2);
}
