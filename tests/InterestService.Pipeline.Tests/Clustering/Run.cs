using InterestService.Pipeline.Clustering;

namespace InterestService.Pipeline.Tests.Clustering;

/// <summary>K-means under the cancellation of the running test.</summary>
internal static class Run
{
    public static KMeansResult Fit(Matrix points, KMeansOptions options) =>
        KMeans.Fit(points, options, null, TestContext.Current.CancellationToken);

    public static (int[] Labels, float[] SquaredDistances) Assign(Matrix points, Matrix centroids) =>
        KMeans.Assign(points, centroids, TestContext.Current.CancellationToken);
}
