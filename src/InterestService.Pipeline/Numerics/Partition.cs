namespace InterestService.Pipeline.Numerics;

/// <summary>A division of points into clusters: the result of every algorithm.</summary>
/// <param name="Labels">Cluster of each point, 0 to clusters - 1, or <see cref="NoiseLabel"/>, <c>[points]</c>.</param>
/// <param name="Nearest">
/// The same with the nearest cluster for each noise point, <c>[points]</c>; -1 only if there is no cluster.
/// </param>
/// <param name="Clusters">Number of clusters.</param>
public sealed record Partition(int[] Labels, int[] Nearest, int Clusters)
{
    /// <summary>Label of points that belong to no cluster.</summary>
    public const int NoiseLabel = -1;

    /// <summary>
    /// Strength of the membership of each point: the density at which it leaves its cluster over that at which the cluster ends, 0 (noise)
    /// to 1 (McInnes and Healy 2017), <c>[points]</c>; null unless the algorithm is HDBSCAN.
    /// </summary>
    public float[]? Strengths { get; init; }

    /// <summary>
    /// Persistence of each cluster as the density rises: its stability over the maximum value for its size and final density, 0 to 1,
    /// <c>[clusters]</c>; null unless the algorithm is HDBSCAN.
    /// </summary>
    public float[]? Persistences { get; init; }

    /// <summary>Number of points that belong to no cluster.</summary>
    public int Noise => Labels.Count(label => label == NoiseLabel);

    /// <summary>
    /// Creates a partition from arbitrary group numbers (below 0: noise); clusters are numbered in the order of their first points.
    /// </summary>
    internal static Partition FromGroups(int[] groups, int[] nearest)
    {
        var numbers = new Dictionary<int, int>();
        foreach (int group in groups)
            if (group >= 0)
                numbers.TryAdd(group, numbers.Count);
        int Number(int group) => group < 0 ? NoiseLabel : numbers[group];
        return new Partition(Array.ConvertAll(groups, Number), Array.ConvertAll(nearest, Number), numbers.Count);
    }

    /// <summary>Returns the same clusters in descending order of size, noise not counted.</summary>
    public Partition BySize()
    {
        int[] sizes = Sizes();
        int[] order = [.. Enumerable.Range(0, Clusters).OrderByDescending(cluster => sizes[cluster])];
        int[] rank = new int[Clusters];
        for (int i = 0; i < order.Length; i++) rank[order[i]] = i;
        int Rank(int cluster) => cluster == NoiseLabel ? NoiseLabel : rank[cluster];
        return this with
        {
            Labels = Array.ConvertAll(Labels, Rank),
            Nearest = Array.ConvertAll(Nearest, Rank),
            Persistences = Persistences is { } persistences ? Array.ConvertAll(order, cluster => persistences[cluster]) : null,
        };
    }

    /// <summary>
    /// Returns this partition, or, if it has no cluster, one with a cluster around all the noise, so that every point has a nearest
    /// cluster.
    /// </summary>
    public Partition WithSomeCluster() => Clusters > 0
        ? this
        : this with { Nearest = new int[Labels.Length], Clusters = 1, Persistences = Persistences is null ? null : [0] };

    /// <summary>Computes the mean direction of the members of each cluster; if it has none, of the points nearest to it.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <returns>Unit-length rows, <c>[clusters x columns]</c>.</returns>
    public Matrix Centroids(Matrix points)
    {
        int[] sizes = Sizes();
        double[] sums = new double[Clusters * points.Columns];
        int[] rows = new int[Clusters];
        for (int row = 0; row < points.Rows; row++)
        {
            int cluster = Nearest[row];
            if (Labels[row] == NoiseLabel && sizes[cluster] > 0) continue;
            RowMath.Add(sums.AsSpan(cluster * points.Columns, points.Columns), points.Row(row), 1);
            rows[cluster]++;
        }

        var centroids = new Matrix(Clusters, points.Columns);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            // Opposite members have no mean direction; any unit vector is as good.
            if (!RowMath.TryGetDirection(sums.AsSpan(cluster * points.Columns, points.Columns), centroids.Row(cluster), rows[cluster]))
                centroids.Row(cluster)[0] = 1;
        }

        return centroids;
    }

    private int[] Sizes()
    {
        int[] sizes = new int[Clusters];
        foreach (int label in Labels)
            if (label != NoiseLabel) sizes[label]++;
        return sizes;
    }
}
