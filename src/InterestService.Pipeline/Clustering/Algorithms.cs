namespace InterestService.Pipeline.Clustering;

/// <summary>The algorithms by the names that requests use.</summary>
public static class Algorithms
{
    /// <summary>Clusters unit-length points.</summary>
    /// <exception cref="PipelineException">There are not so many different points.</exception>
    public delegate Partition Fit(AlgorithmInput input);

    /// <summary>In the order in which they are offered; the first is the default.</summary>
    public static IReadOnlyDictionary<string, Fit> All { get; } = new Dictionary<string, Fit>
    {
        ["kmeans"] = FitKMeans,
    };

    /// <summary>Whether the algorithm is told how many clusters to make; the others find out.</summary>
    public static bool TakesClusterCount(string algorithm) => algorithm is "kmeans" or "agglomerative";

    private static Partition FitKMeans(AlgorithmInput input)
    {
        var options = new KMeansOptions { Clusters = input.Clusters, Seed = input.Seed, Threads = input.Threads };
        int[] labels = KMeans.Fit(input.Points, options, null, input.Cancellation).Labels;
        int filled = labels.Distinct().Count();
        if (filled < input.Clusters)
        {
            throw new PipelineException(
                FailureCode.FewerUsersThanClusters,
                $"{input.Clusters} clusters were asked for, and the users fall into only {filled} different vectors.");
        }

        return Partition.Of(labels, input.Clusters);
    }
}

/// <summary>What an algorithm works on.</summary>
/// <param name="Points">Unit-length rows, <c>[points x columns]</c>.</param>
/// <param name="Clusters">How many clusters; the density algorithms find that themselves.</param>
/// <param name="Seed">Of everything random.</param>
/// <param name="Threads">Most threads.</param>
/// <param name="Cancellation">Looked at often.</param>
public sealed record AlgorithmInput(Matrix Points, int Clusters, int Seed, int Threads, CancellationToken Cancellation);
