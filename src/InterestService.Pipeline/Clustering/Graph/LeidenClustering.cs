using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Devices;
using InterestService.Pipeline.Numerics.Graphs;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Graph;

/// <summary>
/// <see cref="Leiden"/> communities of the graph of nearest neighbours, in which an edge weighs the Jaccard index of the two points'
/// neighbours (Levine et al., "Data-driven phenotypic dissection of AML", Cell 2015).
/// </summary>
public static class LeidenClustering
{
    /// <summary>Size of a fragment, relative to the community that the average point is in.</summary>
    private const double FragmentShare = .05;

    /// <summary>Where the search for a resolution ends, and how near two that give too many and too few clusters are then.</summary>
    private const double LowestResolution = 1e-3;
    private const double HighestResolution = 1e9;
    private const double Precision = 1.02;

    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<LeidenOptions>(
        "leiden", (input, options) => new AlgorithmResult(Fit(input.Points, options, input.Cancellation)))
    {
        TakesClusterCount = true,
        FindsClusterCount = true,
    };

    /// <summary>
    /// Clusters <paramref name="points"/>, <c>[points x columns]</c>. Equal points are one node. Communities that are fragments, smaller than a
    /// twentieth of the one that the average point is in, join the nearest by their means. A number of clusters is reached by a search for the
    /// resolution that gives as few others as possible above it; the smallest of these join the nearest too.
    /// </summary>
    /// <remarks>
    /// O(points^2 columns) time at worst up to <see cref="LeidenOptions.MaximumPoints"/>, then O(points); O(points neighbours) memory. The
    /// same points, options and seed give the same bytes.
    /// </remarks>
    /// <returns>Fewer clusters than asked for only if there are fewer distinct points. There is no noise.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ArgumentException">There are no points or columns, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Partition Fit(Matrix points, LeidenOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate(points);
        RowValidation.ThrowIfNotFinite(points, new RowChunks(points.Rows, options.Threads, cancellation), nameof(points));
        int[] labels = points.Rows <= options.MaximumPoints ? Labels(points, options, cancellation) : FromSample(points, options, cancellation);
        return Partition.FromGroups(labels, labels);
    }

    /// <summary>Clusters a sample and gives every other point the cluster of the nearest point in it.</summary>
    private static int[] FromSample(Matrix points, LeidenOptions options, CancellationToken cancellation)
    {
        int[] sample = new Random(options.Seed).SampleAscending(points.Rows, options.MaximumPoints);
        int[] clusters = Labels(points.SelectRows(sample), options, cancellation);
        int[] labels = new int[points.Rows];
        for (int i = 0; i < sample.Length; i++) labels[sample[i]] = clusters[i];
        if (ComputeDevice.For(options.Device, (double)options.MaximumPoints * points.Values.Length) is { } device)
        {
            int[][] found = DeviceNeighbours.Find(points, points.SelectRows(sample), 1, device, options.Threads, cancellation);
            return Array.ConvertAll(found, one => clusters[one[0]]);
        }

        var chunks = new RowChunks(points.Rows, options.Threads, cancellation, RowChunks.PairwiseMinimum);
        var (nearest, _) = NearestRows.Find(
            new DistancePanels(points, SpatialOrder.Compute(points, sample)), [.. Enumerable.Range(0, points.Rows)], chunks,
            new StageProgress(null, 0, 1, chunks.Count));
        return Array.ConvertAll(nearest, row => labels[row]);
    }

    private static int[] Labels(Matrix points, LeidenOptions options, CancellationToken cancellation)
    {
        int[] numbers = points.DistinctNumbers();
        int[] firsts = [.. numbers.Index().DistinctBy(row => row.Item).Select(row => row.Index)];
        var distinct = firsts.Length == points.Rows ? points : points.SelectRows(firsts);
        int[] counts = new int[distinct.Rows];
        foreach (int number in numbers) counts[number]++;
        var graph = Connect(distinct, options, cancellation);
        var found = options.Clusters is { } clusters
            ? Search(graph, counts, Math.Min(clusters, distinct.Rows), options.Seed, cancellation)
            : Leiden.Find(graph, options.GraphResolution, options.Seed, cancellation);
        int[] communities = Merge(distinct, found, counts, options.Clusters is { } asked ? Math.Min(asked, distinct.Rows) : Whole(found, counts));
        return Array.ConvertAll(numbers, number => communities[number]);
    }

    /// <summary>Connects each point with its nearest neighbours.</summary>
    private static WeightedGraph Connect(Matrix points, LeidenOptions options, CancellationToken cancellation)
    {
        if (points.Rows == 1) return WeightedGraph.FromEdges(1, []);
        int[][] lists = NeighbourLists.Find(points, Math.Min(options.GraphNeighbours, points.Rows - 1), options.Device, options.Threads, cancellation);
        var edges = new List<(int A, int B, double Weight)>();
        for (int a = 0; a < lists.Length; a++)
            foreach (int b in lists[a])
                if (a < b || Array.BinarySearch(lists[b], a) < 0) edges.Add((a, b, Jaccard(lists, a, b)));
        return WeightedGraph.FromEdges(points.Rows, edges);
    }

    /// <summary>Computes the Jaccard index of the neighbours of two points, each its own neighbour too.</summary>
    private static double Jaccard(int[][] lists, int a, int b)
    {
        int common = (Array.BinarySearch(lists[a], b) >= 0 ? 1 : 0) + (Array.BinarySearch(lists[b], a) >= 0 ? 1 : 0);
        for (int i = 0, j = 0; i < lists[a].Length && j < lists[b].Length;)
        {
            int order = lists[a][i].CompareTo(lists[b][j]);
            if (order == 0) common++;
            if (order <= 0) i++;
            if (order >= 0) j++;
        }

        return (double)common / (lists[a].Length + lists[b].Length + 2 - common);
    }

    /// <summary>Finds communities of which at least some number, and as few more as possible, are no fragments.</summary>
    /// <param name="graph">Nodes are distinct points.</param>
    /// <param name="counts">Number of points of each node.</param>
    /// <param name="clusters">1 to the number of nodes.</param>
    /// <param name="seed">Seed of the communities.</param>
    /// <param name="cancellation">Checked often.</param>
    private static Partition Search(WeightedGraph graph, int[] counts, int clusters, int seed, CancellationToken cancellation)
    {
        var (low, high, resolution) = (0.0, double.PositiveInfinity, 1.0);
        int[] single = [.. Enumerable.Range(0, counts.Length)];
        var (best, fewest) = (new Partition(single, single, single.Length), int.MaxValue);
        while (fewest > clusters && high / Math.Max(low, LowestResolution) > Precision && resolution < HighestResolution)
        {
            var found = Leiden.Find(graph, resolution, seed, cancellation, maxRuns: 1);
            int whole = Whole(found, counts);
            if (whole >= clusters && whole < fewest) (best, fewest) = (found, whole);
            if (whole >= clusters) high = resolution;
            else low = resolution;
            resolution = low == 0 ? high / 4 : double.IsInfinity(high) ? low * 4 : Math.Sqrt(low * high);
        }

        return best;
    }

    /// <summary>Counts the communities that are no fragments.</summary>
    private static int Whole(Partition found, int[] counts)
    {
        long[] sizes = Sizes(found, counts);
        double typical = sizes.Sum(size => (double)size * size) / sizes.Sum();
        return sizes.Count(size => size >= FragmentShare * typical);
    }

    private static long[] Sizes(Partition found, int[] counts)
    {
        long[] sizes = new long[found.Clusters];
        for (int node = 0; node < counts.Length; node++) sizes[found.Labels[node]] += counts[node];
        return sizes;
    }

    /// <summary>Joins the smallest cluster with the one whose mean has the highest cosine to its own, until there are as many as asked for.</summary>
    /// <returns>The cluster of each node.</returns>
    private static int[] Merge(Matrix points, Partition found, int[] counts, int clusters)
    {
        long[] sizes = Sizes(found, counts);
        double[][] sums = [.. sizes.Select(_ => new double[points.Columns])];
        for (int node = 0; node < points.Rows; node++) RowMath.Add(sums[found.Labels[node]], points.Row(node), counts[node]);

        var left = Enumerable.Range(0, found.Clusters).ToList();
        int[] target = [.. left];
        while (left.Count > clusters)
        {
            int smallest = left.MinBy(cluster => sizes[cluster]);
            left.Remove(smallest);
            int nearest = left.MaxBy(cluster => TensorPrimitives.CosineSimilarity<double>(sums[smallest], sums[cluster]));
            RowMath.Add(sums[nearest], sums[smallest]);
            sizes[nearest] += sizes[smallest];
            for (int cluster = 0; cluster < target.Length; cluster++)
                if (target[cluster] == smallest) target[cluster] = nearest;
        }

        return Array.ConvertAll(found.Labels, label => target[label]);
    }
}
