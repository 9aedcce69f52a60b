using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>HDBSCAN* with Euclidean distances (Campello, Moulavi and Sander 2013; McInnes and Healy 2017).</summary>
public static class Hdbscan
{
    // Approximate fractions of the time after the core distances and the spanning tree.
    private const double CoresDone = .3;
    private const double TreeDone = .9;

    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<HdbscanOptions>("hdbscan", (input, options) =>
    {
        var found = Fit(input.Points, options, null, input.Cancellation);
        var partition = found.Partition with { Strengths = found.Strengths, Persistences = found.Persistences };
        return new AlgorithmResult(partition.WithSomeCluster());
    })
    {
        FindsClusterCount = true,
    };

    /// <summary>
    /// Clusters <paramref name="points"/>, <c>[points x columns]</c>, of varying density: core distances, a minimum spanning tree of mutual
    /// reachability, its condensed tree, and the selection of persistent clusters.
    /// </summary>
    /// <remarks>
    /// O(points^2 columns) time at worst, O(points columns) memory. Merges of equal height are undone at once, so the order of the points
    /// does not matter; implementations that break ties may label a few points at a split differently. The same points and options give the
    /// same bytes.
    /// </remarks>
    /// <param name="progress">Receives the fraction done, 0 to 1, on any thread, one call at a time.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">There are no points or columns, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static HdbscanResult Fit(
        Matrix points, HdbscanOptions? options = null, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new HdbscanOptions();
        options.Validate(points);
        RowChunks Chunks(int count) => new(count, options.Threads, cancellation, RowChunks.PairwiseMinimum);
        RowValidation.ThrowIfNotFinite(points, Chunks(points.Rows), nameof(points));
        int minimumSize = options.MinimumClusterSize ?? Math.Clamp(points.Rows / 100, 5, 100);
        int samples = Math.Min(options.MinimumPoints ?? Math.Min(minimumSize, 10), points.Rows);

        int[] all = [.. Enumerable.Range(0, points.Rows)];
        float[] cores = SquaredCores(points, all, samples, Chunks(points.Rows), progress);
        (int A, int B, float Height)[] edges = SpanningTree.Compute(
            points, cores, done => progress?.Invoke(CoresDone + (done * (TreeDone - CoresDone))), cancellation);
        var tree = new CondensedTree(MergeTree.Create(all, edges), minimumSize);
        int[] selected = CondensedSelection.Select(tree, options.Selection, options.AllowSingleCluster);
        int[] groups = new int[points.Rows];
        Array.Fill(groups, -1);
        if (selected.Length > 0)
            groups = Array.ConvertAll(tree.LastClusters, cluster => selected[cluster]);

        int[] noise = Array.FindAll(all, row => groups[row] < 0), members = Array.FindAll(all, row => groups[row] >= 0);
        RowChunks chunks = Chunks(noise.Length);
        (int[] nearestMembers, _) = NearestRows.Find(
            new DistancePanels(points, SpatialOrder.Compute(points, members)),
            noise,
            chunks,
            new StageProgress(progress, TreeDone, 1, chunks.Count));
        int[] nearest = [.. groups];
        for (int i = 0; i < noise.Length; i++)
            nearest[noise[i]] = nearestMembers[i] < 0 ? -1 : groups[nearestMembers[i]];
        progress?.Invoke(1);

        Partition partition = Partition.FromGroups(groups, nearest);
        float[] persistences = new float[partition.Clusters];
        foreach (int row in members)
            persistences[partition.Labels[row]] = Persistence(tree.Clusters[groups[row]]);
        return new HdbscanResult(
            partition, Strengths(tree, groups), OutlierScores(tree), persistences, minimumSize, samples);
    }

    private static float[] SquaredCores(Matrix points, int[] all, int samples, RowChunks chunks, Action<double>? progress)
    {
        var panels = new DistancePanels(points, SpatialOrder.Compute(points, all));
        float[] inOrder = KDistances.Squared(
            panels, panels.Rows, samples, chunks, new StageProgress(progress, 0, CoresDone, chunks.Count));
        float[] squared = new float[points.Rows];
        for (int lane = 0; lane < squared.Length; lane++)
            squared[panels.Rows[lane]] = inOrder[lane];
        return squared;
    }

    private static float[] Strengths(CondensedTree tree, int[] groups)
    {
        float[] strengths = new float[groups.Length];
        for (int row = 0; row < groups.Length; row++)
            if (groups[row] >= 0)
                strengths[row] = (float)Math.Min(1, tree.Densities[row] / tree.Clusters[groups[row]].Death);
        return strengths;
    }

    private static float[] OutlierScores(CondensedTree tree)
    {
        double[] densest = [.. tree.Clusters.Select(cluster => cluster.Death)];
        for (int c = densest.Length - 1; c > 0; c--)
            densest[tree.Clusters[c].Parent] = Math.Max(densest[tree.Clusters[c].Parent], densest[c]);
        return densest.Length == 0
            ? new float[tree.Densities.Length]
            : [.. tree.Densities.Zip(tree.LastClusters, (density, last) => (float)(1 - (density / densest[last])))];
    }

    private static float Persistence(CondensedTree.Cluster cluster) => (float)(cluster.Stability / (cluster.Size * cluster.Death));
}
