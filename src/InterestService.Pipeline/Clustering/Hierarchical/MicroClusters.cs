using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// Many points stood for by the means of small K-means clusters and their sizes (the first phase of BIRCH, Zhang, Ramakrishnan and Livny
/// 1996, by other means).
/// </summary>
/// <param name="Means"><c>[micro-clusters x columns]</c></param>
/// <param name="Sizes">Points of each, above 0, <c>[micro-clusters]</c>.</param>
/// <param name="Assignments">Micro-cluster of each point, <c>[points]</c>.</param>
internal sealed record MicroClusters(Matrix Means, int[] Sizes, int[] Assignments)
{
    // Means need not settle: they only stand for points near by.
    private const int Iterations = 10;

    /// <summary>Every point for itself.</summary>
    public static MicroClusters Singletons(Matrix points)
    {
        int[] sizes = new int[points.Rows];
        Array.Fill(sizes, 1);
        return new MicroClusters(points, sizes, [.. Enumerable.Range(0, points.Rows)]);
    }

    public static MicroClusters Find(Matrix points, AgglomerativeOptions options, CancellationToken cancellation)
    {
        Matrix initial = points.SelectRows(new Random(options.Seed).Sample(points.Rows, options.MicroClusters));
        KMeansResult found = KMeansClustering.Fit(
            points,
            new KMeansOptions
            {
                Clusters = initial.Rows,
                InitialCentroids = initial,
                MaxIterations = Iterations,
                Spherical = false,
                Threads = options.Threads,
            },
            null,
            cancellation);
        // Repeated points can leave a centroid without any.
        Partition used = Partition.FromGroups(found.Labels, found.Labels);
        int[] sizes = new int[used.Clusters], centroids = new int[used.Clusters];
        for (int row = 0; row < points.Rows; row++)
        {
            sizes[used.Labels[row]]++;
            centroids[used.Labels[row]] = found.Labels[row];
        }

        return new MicroClusters(found.Centroids.SelectRows(centroids), sizes, used.Labels);
    }
}
