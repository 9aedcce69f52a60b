using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Graphs;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Clustering.Graph;

/// <summary>
/// <see cref="Leiden"/> communities of the graph of nearest neighbours, in which an edge weighs the Jaccard index of the two points'
/// neighbours (Levine et al., "Data-driven phenotypic dissection of AML", Cell 2015).
/// </summary>
public static class LeidenClustering
{
    /// <summary>Where the search for a resolution ends: below the lowest one, and where two that give too many and too few clusters are so near.</summary>
    private const double LowestResolution = 1e-3;
    private const double Precision = 1.02;

    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<LeidenOptions>(
        "leiden", (input, options) => new AlgorithmResult(Fit(input.Points, options, input.Cancellation)))
    {
        TakesClusterCount = true,
        FindsClusterCount = true,
    };

    /// <summary>
    /// Clusters <paramref name="points"/>, <c>[points x columns]</c>. Equal points are one node. A number of clusters is reached by a search
    /// for the resolution that gives as few clusters as possible above it, of which the smallest join the nearest ones by their means.
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
        var graph = Connect(distinct, options, cancellation);
        int[] communities = options.Clusters is { } clusters
            ? Search(distinct, graph, Math.Min(clusters, distinct.Rows), options.Seed, cancellation)
            : Leiden.Find(graph, options.GraphResolution, options.Seed, cancellation).Labels;
        return Array.ConvertAll(numbers, number => communities[number]);
    }

    /// <summary>Connects each point with its nearest neighbours.</summary>
    private static WeightedGraph Connect(Matrix points, LeidenOptions options, CancellationToken cancellation)
    {
        if (points.Rows == 1) return WeightedGraph.FromEdges(1, []);
        int[][] lists = NeighbourLists.Find(points, Math.Min(options.GraphNeighbours, points.Rows - 1), options.Threads, cancellation);
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

    /// <summary>Finds exactly some number of communities, 1 to the number of points.</summary>
    private static int[] Search(Matrix points, WeightedGraph graph, int clusters, int seed, CancellationToken cancellation)
    {
        var (low, high, resolution) = (0.0, double.PositiveInfinity, 1.0);
        var best = new Partition([.. Enumerable.Range(0, points.Rows)], [], points.Rows);
        while (best.Clusters > clusters && (low == 0 || high / low > Precision))
        {
            var found = Leiden.Find(graph, resolution, seed, cancellation);
            if (found.Clusters >= clusters && found.Clusters <= best.Clusters) best = found;
            if (found.Clusters >= clusters) high = resolution;
            else low = resolution;
            if (resolution < LowestResolution) break;
            resolution = low == 0 ? high / 4 : double.IsInfinity(high) ? low * 4 : Math.Sqrt(low * high);
        }

        return Merge(points, best, clusters);
    }

    /// <summary>Joins the smallest cluster with the one whose mean has the highest cosine to its own, until there are as many as asked for.</summary>
    private static int[] Merge(Matrix points, Partition found, int clusters)
    {
        int[] labels = found.Labels;
        var (sums, sizes) = (new double[found.Clusters][], new int[found.Clusters]);
        for (int cluster = 0; cluster < sums.Length; cluster++) sums[cluster] = new double[points.Columns];
        for (int row = 0; row < points.Rows; row++)
        {
            RowMath.Add(sums[labels[row]], points.Row(row), 1);
            sizes[labels[row]]++;
        }

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

        return Array.ConvertAll(labels, label => target[label]);
    }
}
