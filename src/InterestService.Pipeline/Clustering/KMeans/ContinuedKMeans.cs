using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// K-means that continues from an earlier clustering of the same users: Lloyd's iterations from their previous clusters, in which a user
/// changes to another cluster only if it is closer by a margin. K-means has many solutions of nearly the same inertia; this is one of them
/// in which few users move (evolutionary clustering: Chakrabarti, Kumar and Tomkins 2006).
/// </summary>
internal static class ContinuedKMeans
{
    /// <summary>
    /// A user moves if the squared distance to another cluster is below this fraction of that to the own one. At 1, plain K-means, whole
    /// clusters drift along a flat optimum, user by user.
    /// </summary>
    private const float MoveThreshold = .9f;

    /// <summary>A new clustering replaces the continued one if its inertia is below this fraction of the other's.</summary>
    private const double RestartThreshold = .95;

    /// <summary>Continues from the previous clusters, unless some of them are empty or a new start has much lower inertia.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="previous">Previous cluster of each point, -1 if it had none, <c>[points]</c>.</param>
    /// <param name="options">The options of <paramref name="fresh"/>.</param>
    /// <param name="fresh">The result of a new start.</param>
    /// <param name="cancellation">Checked in every iteration.</param>
    /// <returns>Cluster of each point, <c>[points]</c>.</returns>
    public static int[] Fit(Matrix points, int[] previous, KMeansOptions options, KMeansResult fresh, CancellationToken cancellation)
    {
        int[] labels = previous;
        for (int iteration = 0, moved = 1; moved > 0 && iteration < options.MaxIterations; iteration++)
        {
            var filled = labels.Where(label => label >= 0).ToHashSet();
            if (filled.Count < options.Clusters || filled.Max() >= options.Clusters) return fresh.Labels;
            var means = Means(points, labels, options.Clusters);
            var (nearest, distances) = KMeansClustering.Assign(points, means, options.Device, options.Threads, cancellation);
            int[] next = [.. labels.Select((label, row) =>
                label < 0 || distances[row] < MoveThreshold * RowMath.SquaredDistance(points.Row(row), means.Row(label))
                    ? nearest[row]
                    : label)];
            moved = next.Zip(labels).Count(pair => pair.First != pair.Second);
            labels = next;
        }

        if (labels.Distinct().Count() < options.Clusters) return fresh.Labels;
        var centroids = Means(points, labels, options.Clusters);
        double inertia = labels.Select((label, row) => (double)RowMath.SquaredDistance(points.Row(row), centroids.Row(label))).Sum();
        return fresh.Inertia < RestartThreshold * inertia ? fresh.Labels : labels;
    }

    private static Matrix Means(Matrix points, int[] labels, int clusters) =>
        new Partition(labels, Array.ConvertAll(labels, label => Math.Max(label, 0)), clusters).Centroids(points);
}
