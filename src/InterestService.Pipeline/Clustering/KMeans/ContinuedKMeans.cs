using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>
/// K-means that goes on from an earlier clustering of the same users: Lloyd's iterations from their former clusters, in which a user goes
/// over to another cluster only when that is clearly closer. K-means has many answers of nearly the same inertia; among them this is one
/// in which few users move (evolutionary clustering: Chakrabarti, Kumar and Tomkins 2006).
/// </summary>
internal static class ContinuedKMeans
{
    /// <summary>
    /// A cluster is clearly closer at less than this part of the squared distance to the own one. At 1, plain K-means, whole clusters drift
    /// away on a flat optimum, user by user.
    /// </summary>
    private const float Clearly = .9f;

    /// <summary>A fresh clustering whose inertia is below this part of the continued one's is worth that users move.</summary>
    private const double MuchBetter = .95;

    /// <summary>Continues, unless that makes no sense or a fresh start is much better.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="previous">Former cluster of each point, -1 where it had none, <c>[points]</c>.</param>
    /// <param name="options">As for <paramref name="fresh"/>.</param>
    /// <param name="fresh">K-means from the start.</param>
    /// <param name="cancellation">Looked at as by K-means.</param>
    /// <returns>Cluster of each point, <c>[points]</c>.</returns>
    public static int[] Labels(Matrix points, int[] previous, KMeansOptions options, KMeansResult fresh, CancellationToken cancellation)
    {
        int[] labels = previous;
        for (int iteration = 0, moved = 1; moved > 0 && iteration < options.MaxIterations; iteration++)
        {
            var filled = labels.Where(label => label >= 0).ToHashSet();
            if (filled.Count < options.Clusters || filled.Max() >= options.Clusters) return fresh.Labels;
            var means = Means(points, labels, options.Clusters);
            var (nearest, distances) = KMeansClustering.Assign(points, means, cancellation);
            int[] next = [.. labels.Select((label, row) =>
                label < 0 || distances[row] < Clearly * RowMath.SquaredDistance(points.Row(row), means.Row(label)) ? nearest[row] : label)];
            moved = next.Zip(labels).Count(pair => pair.First != pair.Second);
            labels = next;
        }

        if (labels.Distinct().Count() < options.Clusters) return fresh.Labels;
        var centroids = Means(points, labels, options.Clusters);
        double inertia = labels.Select((label, row) => (double)RowMath.SquaredDistance(points.Row(row), centroids.Row(label))).Sum();
        return fresh.Inertia < MuchBetter * inertia ? fresh.Labels : labels;
    }

    private static Matrix Means(Matrix points, int[] labels, int clusters) =>
        new Partition(labels, Array.ConvertAll(labels, label => Math.Max(label, 0)), clusters).Centroids(points);
}
