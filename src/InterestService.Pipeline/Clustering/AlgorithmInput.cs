using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering;

/// <summary>What an algorithm works on.</summary>
/// <param name="Points">Unit-length rows, <c>[points x columns]</c>.</param>
/// <param name="Clusters">
/// Number of clusters, 1 or more; fewer distinct points give one cluster each. Null only for an algorithm that finds the number itself.
/// </param>
/// <param name="Seed">Seed for all random draws.</param>
/// <param name="Threads">Maximum number of threads. The result does not depend on it.</param>
/// <param name="Cancellation">Checked often.</param>
/// <param name="Previous">
/// Former cluster of each point, from 0, or -1, <c>[points]</c>; null: unknown. An algorithm may continue from there; K-means does.
/// </param>
public sealed record AlgorithmInput(
    Matrix Points, int? Clusters, int Seed, int Threads, CancellationToken Cancellation, int[]? Previous = null)
{
    /// <summary><c>cpu</c> or <c>cuda</c>; an algorithm that runs on the CPU alone ignores it. Default <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";
}

/// <summary>What an algorithm found.</summary>
/// <param name="Partition">At least one cluster.</param>
/// <param name="Tree">The merges behind it; null unless the algorithm is hierarchical.</param>
public sealed record AlgorithmResult(Partition Partition, MergeTree? Tree = null);
