using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering;

/// <summary>What an algorithm works on.</summary>
/// <param name="Points">Unit-length rows, <c>[points x columns]</c>.</param>
/// <param name="Clusters">Number of clusters; the density algorithms find that themselves.</param>
/// <param name="Seed">Seed for all random draws.</param>
/// <param name="Threads">Maximum number of threads. The result does not depend on it.</param>
/// <param name="Cancellation">Checked often.</param>
/// <param name="Previous">
/// Former cluster of each point, from 0, or -1, <c>[points]</c>; null: unknown. An algorithm may continue from there; K-means does.
/// </param>
public sealed record AlgorithmInput(
    Matrix Points, int Clusters, int Seed, int Threads, CancellationToken Cancellation, int[]? Previous = null)
{
    /// <summary>Creates the exception of an algorithm that cannot make so many clusters of the points.</summary>
    /// <param name="distinct">Number of distinct points.</param>
    internal PipelineException TooFewPoints(int distinct) => new(
        FailureCode.FewerUsersThanClusters,
        $"{Clusters} clusters were asked for, and the users fall into only {distinct} different vectors.");
}

/// <summary>What an algorithm found.</summary>
/// <param name="Partition">At least one cluster.</param>
/// <param name="Tree">The merges behind it; null unless the algorithm is hierarchical.</param>
public sealed record AlgorithmResult(Partition Partition, MergeTree? Tree = null);
