namespace InterestService.Pipeline.Numerics;

/// <summary>Points divided into clusters: what every algorithm answers.</summary>
/// <param name="Labels">Cluster of each point, 0 to clusters - 1, or <see cref="NoiseLabel"/>, <c>[points]</c>.</param>
/// <param name="Nearest">
/// The same with the cluster nearest to it for each point of noise, <c>[points]</c>; -1 only where there is no cluster at all.
/// </param>
/// <param name="Clusters">Number of clusters.</param>
public sealed record Partition(int[] Labels, int[] Nearest, int Clusters)
{
    /// <summary>The label of points that belong to no cluster.</summary>
    public const int NoiseLabel = -1;

    /// <summary>
    /// How firmly each point is in its cluster: the density at which it leaves over that at which the cluster ends, 0 (noise) to 1
    /// (McInnes and Healy 2017), <c>[points]</c>; null but of hierarchies of densities.
    /// </summary>
    public float[]? Strengths { get; init; }

    /// <summary>
    /// How long each cluster lasts as the density rises: its stability over the largest that its size and its own end allow, 0 to 1,
    /// <c>[clusters]</c>; null but of hierarchies of densities.
    /// </summary>
    public float[]? Persistences { get; init; }

    /// <summary>Number of points that belong to no cluster.</summary>
    public int Noise => Labels.Count(label => label == NoiseLabel);

    /// <summary>Numbers any groups (below 0: noise) in the order of their first points.</summary>
    internal static Partition FromGroups(int[] groups, int[] nearest)
    {
        var numbers = new Dictionary<int, int>();
        foreach (int group in groups)
            if (group >= 0)
                numbers.TryAdd(group, numbers.Count);
        int Number(int group) => group < 0 ? NoiseLabel : numbers[group];
        return new Partition(Array.ConvertAll(groups, Number), Array.ConvertAll(nearest, Number), numbers.Count);
    }

    /// <summary>The same clusters with the largest (noise not counted) first.</summary>
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

    /// <summary>Where there is no cluster at all, one around all the noise, so that every point has a nearest one.</summary>
    public Partition WithSomeCluster() => Clusters > 0
        ? this
        : this with { Nearest = new int[Labels.Length], Clusters = 1, Persistences = Persistences is null ? null : [0] };

    /// <summary>Mean directions of the clusters' members; where all are noise, of those nearest.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <returns>Unit-length rows, <c>[clusters x columns]</c>.</returns>
    public Matrix Centroids(Matrix points)
    {
        int[] sizes = Sizes();
        double[] sums = new double[Clusters * points.Columns];
        for (int row = 0; row < points.Rows; row++)
        {
            int cluster = Nearest[row];
            if (Labels[row] == NoiseLabel && sizes[cluster] > 0) continue;
            for (int column = 0; column < points.Columns; column++) sums[cluster * points.Columns + column] += points.Row(row)[column];
        }

        var centroids = new Matrix(Clusters, points.Columns);
        for (int cluster = 0; cluster < Clusters; cluster++)
        {
            var sum = sums.AsSpan(cluster * points.Columns, points.Columns);
            double length = 0;
            foreach (double value in sum) length += value * value;
            length = Math.Sqrt(length);
            // Members that cancel each other out have no direction; any unit vector is as good.
            for (int column = 0; column < points.Columns; column++)
                centroids.Row(cluster)[column] = length > 0 ? (float)(sum[column] / length) : column == 0 ? 1 : 0;
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
