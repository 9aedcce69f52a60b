using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

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
    /// <summary>Minimum number of users of a cluster of HDBSCAN. Default: a hundredth of the users, 5 to 100.</summary>
    /// <remarks>With fewer points in all everything is noise.</remarks>
    [RequestOption(Order = 16)]
    [Range(2, 1_000_000)]
    public int? MinimumClusterSize { get; init; }

    /// <summary>Neighbours, itself counted, that make a user dense, of DBSCAN and HDBSCAN.</summary>
    /// <remarks>
    /// So many make the core distance (as many as there are points, where those are fewer). More smooth the density and make more noise.
    /// The default value is null: <see cref="MinimumClusterSize"/>, but at most 10.
    /// </remarks>
    [RequestOption(Order = 15)]
    [Range(1, 100_000)]
    public int? MinimumPoints { get; init; }

    /// <summary>The default value is excess of mass.</summary>
    public ClusterSelection Selection { get; init; } = ClusterSelection.ExcessOfMass;

    /// <summary>Whether all points may form a single cluster, then without noise. The default value is false.</summary>
    public bool AllowSingleCluster { get; init; }

    /// <summary>Maximum number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumClusterSize ?? 2, 2, nameof(MinimumClusterSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumPoints ?? 1, 1, nameof(MinimumPoints));
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
/// <param name="MinimumPoints">The value that was used.</param>
public sealed record HdbscanResult(
    Partition Partition,
    float[] Strengths,
    float[] OutlierScores,
    float[] Persistences,
    int MinimumClusterSize,
    int MinimumPoints);
