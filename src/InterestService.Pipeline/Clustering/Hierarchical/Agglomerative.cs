using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>Agglomerative hierarchical clustering with Euclidean distances.</summary>
public static class Agglomerative
{
    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<AgglomerativeOptions>("agglomerative", (input, options) =>
    {
        options = options with { Clusters = input.Points.DistinctRows(options.Clusters) };
        var found = Fit(input.Points, options, null, input.Cancellation);
        return new AlgorithmResult(found.Partition, found.Tree);
    })
    {
        TakesClusterCount = true,
    };

    /// <summary>
    /// Builds the merge tree of <paramref name="points"/>, <c>[points x columns]</c>, and cuts it into clusters. Ward, average and complete
    /// linkage follow nearest-neighbour chains (Murtagh and Contreras 2012), single linkage a minimum spanning tree (Gower and Ross 1969);
    /// all take O(points^2 columns) time. The same points and options give the same bytes; ties are broken by the order of the points.
    /// </summary>
    /// <remarks>
    /// Above <see cref="AgglomerativeOptions.MaximumPoints"/> the leaves are K-means micro-clusters weighted by their sizes: an
    /// approximation, as if every point lay at the mean of its micro-cluster.
    /// </remarks>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">
    /// There are fewer points (or distinct micro-clusters) than clusters, no columns, or a value that is NaN or infinite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static AgglomerativeResult Fit(
        Matrix points, AgglomerativeOptions options, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(points);
        var chunks = new RowChunks(points.Rows, options.Threads, cancellation);
        RowValidation.ThrowIfNotFinite(points, chunks, nameof(points));
        Matrix centred = new TrainingPoints(points, false, chunks).Matrix;
        MicroClusters leaves = points.Rows > options.MaximumPoints
            ? MicroClusters.Fit(centred, options, cancellation)
            : MicroClusters.Singletons(centred);
        MergeTree tree = MergeTree.Create(leaves.Assignments, Joins(leaves, options, progress, cancellation));
        if (tree.Leaves < options.Clusters)
            throw new ArgumentException($"{options.Clusters} clusters need at least as many distinct points; {tree.Leaves} were found.");
        int[] labels = tree.Cut(options.Clusters);
        progress?.Invoke(1);
        return new AgglomerativeResult(new Partition(labels, labels, options.Clusters), tree);
    }

    private static (int A, int B, float Height)[] Joins(
        MicroClusters leaves, AgglomerativeOptions options, Action<double>? progress, CancellationToken cancellation)
    {
        int count = leaves.Sizes.Length;
        if (options.Linkage == Linkage.Single)
            return SpanningTree.Compute(leaves.Means, new float[count], progress, cancellation);
        IClusterDistances distances = options.Linkage == Linkage.Ward
            ? new WardDistances(leaves.Means, leaves.Sizes)
            : new CondensedDistances(
                leaves.Means,
                leaves.Sizes,
                options.Linkage == Linkage.Average,
                new RowChunks(count, options.Threads, cancellation, RowChunks.PairwiseMinimum));
        return NeighbourChain.Run(distances, count, progress, cancellation);
    }
}
