namespace InterestService.Pipeline.Clustering;

/// <summary>
/// K-means that goes on from an earlier clustering of the same users: it starts from the means of their former clusters, and a user goes
/// over to another cluster only when that is clearly closer. K-means has many answers of nearly the same inertia; among them this is the
/// one in which the fewest users move (evolutionary clustering: Chakrabarti, Kumar and Tomkins 2006).
/// </summary>
internal static class ContinuedKMeans
{
    /// <summary>How much closer, in squared distance: .03 of the cosine.</summary>
    private const float Clearly = .06f;

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
        var known = previous.Where(cluster => cluster >= 0).ToHashSet();
        if (known.Count != options.Clusters || known.Max() >= options.Clusters) return fresh.Labels;
        int[] nearest = Array.ConvertAll(previous, cluster => Math.Max(cluster, 0));
        var means = new Partition(previous, nearest, options.Clusters).Centroids(points);
        var continued = KMeans.Fit(points, options with { InitialCentroids = means }, null, cancellation);
        if (fresh.Inertia < MuchBetter * continued.Inertia) return fresh.Labels;

        int[] labels = [.. continued.Labels];
        for (int row = 0; row < labels.Length; row++)
        {
            if (previous[row] < 0 || previous[row] == labels[row]) continue;
            var point = points.Row(row);
            float there = RowMath.SquaredDistance(point, continued.Centroids.Row(previous[row]));
            if (there - RowMath.SquaredDistance(point, continued.Centroids.Row(labels[row])) <= Clearly) labels[row] = previous[row];
        }

        return labels.Distinct().Count() == options.Clusters ? labels : continued.Labels;
    }
}
