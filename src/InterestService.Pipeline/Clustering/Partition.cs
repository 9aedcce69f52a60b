namespace InterestService.Pipeline.Clustering;

/// <summary>What an algorithm says of the points; the same shape for all.</summary>
/// <param name="Labels">Cluster of each point, from 0, or <see cref="Noise"/>; <c>[points]</c>.</param>
/// <param name="Nearest">The same, with noise given to the cluster that it lies nearest to; <c>[points]</c>.</param>
/// <param name="ClusterCount">At least 1; each cluster has a point in <paramref name="Nearest"/>.</param>
public sealed record Partition(int[] Labels, int[] Nearest, int ClusterCount)
{
    /// <summary>The label of a point in no dense region.</summary>
    public const int Noise = -1;

    /// <summary>A partition without noise.</summary>
    /// <param name="labels">Every number from 0 to <paramref name="clusterCount"/> - 1 is among them.</param>
    public static Partition Of(int[] labels, int clusterCount) => new(labels, labels, clusterCount);

    /// <summary>The same clusters with the largest (noise not counted) first.</summary>
    public Partition BySize()
    {
        int[] sizes = new int[ClusterCount];
        foreach (int label in Labels)
            if (label != Noise) sizes[label]++;
        int[] order = [.. Enumerable.Range(0, ClusterCount).OrderByDescending(cluster => sizes[cluster])];
        int[] rank = new int[ClusterCount];
        for (int i = 0; i < order.Length; i++) rank[order[i]] = i;
        return this with
        {
            Labels = [.. Labels.Select(label => label == Noise ? Noise : rank[label])],
            Nearest = [.. Nearest.Select(cluster => rank[cluster])],
        };
    }

    /// <summary>Mean directions of the clusters' members; where all are noise, of those nearest.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <returns>Unit-length rows, <c>[clusters x columns]</c>.</returns>
    public Matrix Centroids(Matrix points)
    {
        var members = new int[ClusterCount];
        foreach (int label in Labels)
            if (label != Noise) members[label]++;
        double[] sums = new double[ClusterCount * points.Columns];
        for (int row = 0; row < points.Rows; row++)
        {
            int cluster = Nearest[row];
            if (Labels[row] == Noise && members[cluster] > 0) continue;
            for (int column = 0; column < points.Columns; column++) sums[cluster * points.Columns + column] += points.Row(row)[column];
        }

        var centroids = new Matrix(ClusterCount, points.Columns);
        for (int cluster = 0; cluster < ClusterCount; cluster++)
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
}
