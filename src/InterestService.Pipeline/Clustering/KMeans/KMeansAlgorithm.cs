using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>K-means as an algorithm of the pipeline: continued from the points' former clusters where these are known.</summary>
internal static class KMeansAlgorithm
{
    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<KMeansOptions>("kmeans", Fit) { TakesClusterCount = true };

    private static AlgorithmResult Fit(AlgorithmInput input, KMeansOptions options)
    {
        var fresh = KMeansClustering.Fit(input.Points, options, null, input.Cancellation);
        int[] labels = input.Previous is { } previous
            ? ContinuedKMeans.Labels(input.Points, previous, options, fresh, input.Cancellation)
            : fresh.Labels;
        int filled = labels.Distinct().Count();
        if (filled < input.Clusters) throw input.TooFewPoints(filled);
        return new AlgorithmResult(new Partition(labels, labels, input.Clusters));
    }
}
