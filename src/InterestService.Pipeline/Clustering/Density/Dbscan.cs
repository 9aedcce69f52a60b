using System.Numerics;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>DBSCAN with Euclidean distances (Ester, Kriegel, Sander and Xu 1996).</summary>
public static class Dbscan
{
    // Approximate fractions of the time after the curve, the neighbour counts and the joins.
    private const double CurveDone = .1;
    private const double CountsDone = .7;
    private const double JoinsDone = .9;

    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<DbscanOptions>("dbscan", (input, options) =>
        new AlgorithmResult(Fit(input.Points, options, null, input.Cancellation).Partition.WithSomeCluster()))
    {
        FindsClusterCount = true,
    };

    /// <summary>
    /// Clusters <paramref name="points"/>, <c>[points x columns]</c>: core points within epsilon of each other share a cluster.
    /// </summary>
    /// <remarks>
    /// No neighbours are stored: a first pass over the distances counts them, a second one joins core points in disjoint sets, so memory is
    /// O(points columns). The passes compare blocks of near points in registers and skip blocks that are too far away. A border point
    /// within reach of several clusters belongs to the cluster of its nearest core point, so that the order of the points does not matter.
    /// The same points and options give the same bytes.
    /// </remarks>
    /// <param name="progress">Receives the fraction done, 0 to 1, on any thread, one call at a time.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">There are no points or columns, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static DbscanResult Fit(
        Matrix points, DbscanOptions? options = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new DbscanOptions();
        options.Validate(points);
        RowChunks Chunks(int count) => new(count, options.Threads, cancellation, RowChunks.PairwiseMinimum);
        RowValidation.ThrowIfNotFinite(points, Chunks(points.Rows), nameof(points));
        int minimum = options.MinimumPoints ?? Math.Max(5, (int)Math.Round(Math.Log(points.Rows)));
        var panels = new DistancePanels(points, SpatialOrder.Compute(points, [.. Enumerable.Range(0, points.Rows)]));
        double epsilon = options.Epsilon ?? ChooseEpsilon(panels, minimum, options.CurvePoints, Chunks, progress);
        float squaredEpsilon = (float)(epsilon * epsilon);

        bool[] core = FindCore(panels, squaredEpsilon, minimum, Chunks(points.Rows), progress);
        int[] groups = new int[points.Rows], nearest = new int[points.Rows];
        var corePanels = new DistancePanels(points, Array.FindAll(panels.Rows, row => core[row]));
        JoinCore(corePanels, squaredEpsilon, groups, Chunks(corePanels.Rows.Length), progress);
        groups.CopyTo(nearest, 0);

        int[] others = Array.FindAll(panels.Rows, row => !core[row]);
        RowChunks chunks = Chunks(others.Length);
        (int[] nearestCore, float[] squared) =
            NearestRows.Find(corePanels, others, chunks, new StageProgress(progress, JoinsDone, 1, chunks.Count));
        for (int i = 0; i < others.Length; i++)
        {
            nearest[others[i]] = nearestCore[i] < 0 ? -1 : groups[nearestCore[i]];
            groups[others[i]] = squared[i] <= squaredEpsilon ? nearest[others[i]] : -1;
        }

        progress?.Invoke(1);
        return new DbscanResult(Partition.FromGroups(groups, nearest), core, epsilon, minimum);
    }

    private static double ChooseEpsilon(
        DistancePanels panels, int minimum, int curvePoints, Func<int, RowChunks> chunksOf, Action<double>? progress)
    {
        int all = panels.Rows.Length, count = Math.Min(curvePoints, all);
        int[] rows = [.. Enumerable.Range(0, count).Select(i => panels.Rows[(int)((long)i * all / count)])];
        RowChunks chunks = chunksOf(count);
        var stage = new StageProgress(progress, 0, CurveDone, chunks.Count);
        float[] curve = KDistances.Squared(panels, rows, Math.Min(minimum, all), chunks, stage);
        Array.Sort(curve);
        return KDistances.Knee(Array.ConvertAll(curve, MathF.Sqrt));
    }

    private static bool[] FindCore(
        DistancePanels panels, float squaredEpsilon, int minimum, RowChunks chunks, Action<double>? progress)
    {
        bool[] core = new bool[panels.Rows.Length];
        var stage = new StageProgress(progress, CurveDone, CountsDone, chunks.Count);
        chunks.ForEach((_, first, end) =>
        {
            int[] counts = new int[end - first];
            var counter = new Counter(counts, squaredEpsilon, minimum);
            panels.Visit(panels.Rows.AsSpan(first, end - first), ref counter, first);
            for (int lane = first; lane < end; lane++)
                core[panels.Rows[lane]] = counts[lane - first] >= minimum;
            stage.Step();
        });
        return core;
    }

    /// <summary>Sets the group of every core point.</summary>
    private static void JoinCore(
        DistancePanels panels, float squaredEpsilon, int[] groups, RowChunks chunks, Action<double>? progress)
    {
        var sets = new DisjointSets(panels.Rows.Length);
        var stage = new StageProgress(progress, CountsDone, JoinsDone, chunks.Count);
        chunks.ForEach((_, first, end) =>
        {
            var joiner = new Joiner(sets, squaredEpsilon, first);
            panels.Visit(panels.Rows.AsSpan(first, end - first), ref joiner, first, onward: true);
            stage.Step();
        });
        for (int lane = 0; lane < panels.Rows.Length; lane++)
            groups[panels.Rows[lane]] = sets.Find(lane);
    }

    /// <summary>Counts neighbours until a point is known to be a core point.</summary>
    private readonly unsafe struct Counter(int[] counts, float squaredEpsilon, int minimum) : ITileVisitor
    {
        public float Limit(int row, int count)
        {
            for (int p = 0; p < count; p++)
                if (counts[row + p] < minimum)
                    return squaredEpsilon;
            return -1;
        }

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++)
                counts[row + p] += BitOperations.PopCount(TileKernel.AtMost(tile + (p * TileKernel.Width), squaredEpsilon));
        }
    }

    private readonly unsafe struct Joiner(DisjointSets sets, float squaredEpsilon, int first) : ITileVisitor
    {
        public float Limit(int row, int count) => squaredEpsilon;

        public void Visit(int row, int count, int lane, float* tile)
        {
            for (int p = 0; p < count; p++)
            {
                uint near = TileKernel.AtMost(tile + (p * TileKernel.Width), squaredEpsilon);
                for (; near != 0; near &= near - 1)
                    sets.Join(first + row + p, lane + BitOperations.TrailingZeroCount(near));
            }
        }
    }
}
