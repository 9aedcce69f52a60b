using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>
/// The means and sizes of small K-means clusters, which replace the points (the role of the first phase of BIRCH: Zhang, Ramakrishnan and
/// Livny 1996).
/// </summary>
/// <param name="Means"><c>[micro-clusters x columns]</c></param>
/// <param name="Sizes">Number of points of each, above 0, <c>[micro-clusters]</c>.</param>
/// <param name="Assignments">Micro-cluster of each point, <c>[points]</c>.</param>
internal sealed record MicroClusters(Matrix Means, int[] Sizes, int[] Assignments)
{
    // The means need not converge: they only represent nearby points.
    private const int Iterations = 10;

    /// <summary>Creates a micro-cluster of each point.</summary>
    public static MicroClusters Singletons(Matrix points)
    {
        int[] sizes = new int[points.Rows];
        Array.Fill(sizes, 1);
        return new MicroClusters(points, sizes, [.. Enumerable.Range(0, points.Rows)]);
    }

    /// <summary>Groups the points around a random sample of them.</summary>
    public static MicroClusters Fit(Matrix points, AgglomerativeOptions options, CancellationToken cancellation)
    {
        Matrix initial = points.SelectRows(new Random(options.Seed).Sample(points.Rows, options.MicroClusters));
        KMeansResult result = KMeansClustering.Fit(
            points,
            new KMeansOptions
            {
                Clusters = initial.Rows,
                InitialCentroids = initial,
                MaxIterations = Iterations,
                Spherical = false,
                Threads = options.Threads,
                Device = options.Device,
            },
            null,
            cancellation);
        // Repeated points can leave a centroid without any.
        Partition used = Partition.FromGroups(result.Labels, result.Labels);
        int[] sizes = new int[used.Clusters], centroids = new int[used.Clusters];
        for (int row = 0; row < points.Rows; row++)
        {
            sizes[used.Labels[row]]++;
            centroids[used.Labels[row]] = result.Labels[row];
        }

        return new MicroClusters(result.Centroids.SelectRows(centroids), sizes, used.Labels);
    }
}
