using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>How clusters are selected from the hierarchy.</summary>
public enum ClusterSelection
{
    /// <summary>The clusters with the largest total excess of mass: persistent ones, of any density (Campello et al. 2013).</summary>
    ExcessOfMass,

    /// <summary>The leaves of the hierarchy: smaller and more homogeneous clusters.</summary>
    Leaf,
}

/// <summary>Options of <see cref="Hdbscan.Fit"/>.</summary>
public sealed record HdbscanOptions
{
    /// <summary>
    /// Min number of points of a cluster, 2 or more. The default value is null: 1 % of the points, between 5 and 100. If there are fewer
    /// points in total, all are noise.
    /// </summary>
    public int? MinimumClusterSize { get; init; }

    /// <summary>
    /// The core distance of a point is that to this neighbour, the point itself counted as the first; 1 or more, reduced to the number of
    /// points. Higher values smooth the density and give more noise. The default value is null: <see cref="MinimumClusterSize"/>, at most
    /// 10.
    /// </summary>
    public int? MinimumSamples { get; init; }

    /// <summary>The default value is excess of mass.</summary>
    public ClusterSelection Selection { get; init; } = ClusterSelection.ExcessOfMass;

    /// <summary>Whether all points may form a single cluster, then without noise. The default value is false.</summary>
    public bool AllowSingleCluster { get; init; }

    /// <summary>Max number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumClusterSize ?? 2, 2, nameof(MinimumClusterSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumSamples ?? 1, 1, nameof(MinimumSamples));
        if (points.Rows == 0 || points.Columns == 0)
            throw new ArgumentException("There must be at least one point and one column.");
    }
}

/// <param name="Partition">The nearest cluster of a noise point is the cluster of its nearest clustered point.</param>
/// <param name="Strengths">
/// The density at which a point leaves its cluster over the density at which the cluster ends: 0 (noise) to 1, <c>[points]</c>.
/// </param>
/// <param name="OutlierScores">
/// GLOSH (Campello et al. 2015): 0 for a point as dense as the densest part of its last cluster, towards 1 for a point far less dense,
/// <c>[points]</c>.
/// </param>
/// <param name="Persistences">
/// The stability of each cluster over its largest possible value, size times the density at which it ends: 0 to 1, <c>[clusters]</c>.
/// </param>
/// <param name="MinimumClusterSize">The value that was used.</param>
/// <param name="MinimumSamples">The value that was used.</param>
public sealed record HdbscanResult(
    Partition Partition,
    float[] Strengths,
    float[] OutlierScores,
    float[] Persistences,
    int MinimumClusterSize,
    int MinimumSamples);
