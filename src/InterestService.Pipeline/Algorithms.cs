using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Density;
using InterestService.Pipeline.Clustering.Hierarchical;
using InterestService.Pipeline.Clustering.KMeans;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>The algorithms by the names that requests use.</summary>
public static class Algorithms
{
    /// <summary>Clusters unit-length points.</summary>
    /// <exception cref="PipelineException">There are not so many different points.</exception>
    public delegate AlgorithmResult Fit(AlgorithmInput input);

    /// <summary>In the order in which they are offered; the first is the default.</summary>
    public static IReadOnlyDictionary<string, Fit> All { get; } = new Dictionary<string, Fit>
    {
        ["kmeans"] = FitKMeans,
        ["dbscan"] = input => new AlgorithmResult(
            Dbscan.Fit(input.Points, input.Dbscan, null, input.Cancellation).Partition.WithSomeCluster()),
        ["hdbscan"] = FitHdbscan,
        ["agglomerative"] = FitAgglomerative,
    };

    /// <summary>Other implementations, for comparisons only.</summary>
    public static IReadOnlyDictionary<string, Fit> References { get; } = new Dictionary<string, Fit>
    {
        ["microsoft-ml-kmeans"] = input =>
            new AlgorithmResult(MicrosoftMLKMeans.Fit(input.Points, input.Clusters, input.Seed, input.Cancellation)),
    };

    /// <summary>One of <see cref="All"/> or <see cref="References"/>.</summary>
    public static Fit Named(string algorithm) => All.GetValueOrDefault(algorithm) ?? References[algorithm];

    /// <summary>Whether the algorithm is told how many clusters to make; the density algorithms find out.</summary>
    public static bool TakesClusterCount(string algorithm) => algorithm is not ("dbscan" or "hdbscan");

    private static AlgorithmResult FitKMeans(AlgorithmInput input)
    {
        var options = new KMeansOptions
        {
            Clusters = input.Clusters,
            Seed = input.Seed,
            Threads = input.Threads,
            Starts = input.Options.Starts,
            Spherical = input.Options.Spherical,
        };
        var fresh = KMeansClustering.Fit(input.Points, options, null, input.Cancellation);
        int[] labels = input.Previous is { } previous
            ? ContinuedKMeans.Fit(input.Points, previous, options, fresh, input.Cancellation)
            : fresh.Labels;
        int filled = labels.Distinct().Count();
        if (filled < input.Clusters) throw TooFew(input.Clusters, filled);
        return new AlgorithmResult(new Partition(labels, labels, input.Clusters));
    }

    private static AlgorithmResult FitHdbscan(AlgorithmInput input)
    {
        var found = Hdbscan.Fit(input.Points, input.Hdbscan, null, input.Cancellation);
        var partition = found.Partition with { Strengths = found.Strengths, Persistences = found.Persistences };
        return new AlgorithmResult(partition.WithSomeCluster());
    }

    private static AlgorithmResult FitAgglomerative(AlgorithmInput input)
    {
        int distinct = input.Points.DistinctRows(input.Clusters);
        if (distinct < input.Clusters) throw TooFew(input.Clusters, distinct);
        var options = new AgglomerativeOptions
        {
            Clusters = input.Clusters,
            Seed = input.Seed,
            Threads = input.Threads,
            Linkage = input.Options.Linkage,
        };
        var result = Agglomerative.Fit(input.Points, options, null, input.Cancellation);
        return new AlgorithmResult(result.Partition, result.Tree);
    }

    private static PipelineException TooFew(int clusters, int distinct) => new(
        FailureCode.FewerUsersThanClusters,
        $"{clusters} clusters were asked for, and the users fall into only {distinct} different vectors.");
}

/// <summary>What an algorithm works on.</summary>
/// <param name="Points">Unit-length rows, <c>[points x columns]</c>.</param>
/// <param name="Clusters">How many clusters; the density algorithms find that themselves.</param>
/// <param name="Seed">Of everything random.</param>
/// <param name="Threads">Most threads.</param>
/// <param name="Cancellation">Looked at often.</param>
/// <param name="Previous">Former cluster of each point, from 0, or -1, <c>[points]</c>; null: unknown. K-means goes on from there.</param>
public sealed record AlgorithmInput(
    Matrix Points, int Clusters, int Seed, int Threads, CancellationToken Cancellation, int[]? Previous = null)
{
    public AlgorithmOptions Options { get; init; } = new();

    internal DbscanOptions Dbscan => new() { Threads = Threads, Epsilon = Options.Epsilon, MinimumPoints = Options.MinimumPoints };

    internal HdbscanOptions Hdbscan => new()
    {
        Threads = Threads,
        MinimumClusterSize = Options.MinimumClusterSize,
        MinimumSamples = Options.MinimumPoints,
    };
}

/// <summary>What an algorithm found.</summary>
/// <param name="Partition">At least one cluster.</param>
/// <param name="Tree">The merges behind it, of a hierarchical algorithm.</param>
public sealed record AlgorithmResult(Partition Partition, MergeTree? Tree = null);
