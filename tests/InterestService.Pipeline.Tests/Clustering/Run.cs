using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>Runs K-means with the cancellation token of the running test.</summary>
internal static class Run
{
    public static KMeansResult Fit(Matrix points, KMeansOptions options) =>
        KMeansClustering.Fit(points, options, null, TestContext.Current.CancellationToken);

    public static (int[] Labels, float[] SquaredDistances) Assign(Matrix points, Matrix centroids) =>
        KMeansClustering.Assign(points, centroids, "cpu", threads: 2, TestContext.Current.CancellationToken);
}
