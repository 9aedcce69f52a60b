using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.KMeans;

/// <summary>K-means as an algorithm of the pipeline: continued from the points' former clusters where these are known.</summary>
internal static class KMeansAlgorithm
{
    public static AlgorithmDescriptor Descriptor { get; } = new AlgorithmDescriptor<KMeansOptions>("kmeans", Fit) { TakesClusterCount = true, IsCentroidBased = true };

    private static AlgorithmResult Fit(AlgorithmInput input, KMeansOptions options)
    {
        options = options with { Clusters = Math.Min(options.Clusters, input.Points.Rows) };
        var fresh = KMeansClustering.Fit(input.Points, options, null, input.Cancellation);
        int[] labels = input.Previous is { } previous
            ? ContinuedKMeans.Fit(input.Points, previous, options, fresh, input.Cancellation)
            : fresh.Labels;
        // With fewer distinct points than clusters the surplus clusters are empty.
        bool filled = labels.Distinct().Count() == options.Clusters;
        return new AlgorithmResult(filled ? new Partition(labels, labels, options.Clusters) : Partition.FromGroups(labels, labels));
    }
}
