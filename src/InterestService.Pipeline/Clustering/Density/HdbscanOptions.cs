using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.Density;

/// <summary>Which clusters of the hierarchy are taken.</summary>
public enum ClusterSelection
{
    /// <summary>Those that together hold the most excess of mass: long-lived ones, of any density (Campello et al. 2013).</summary>
    ExcessOfMass,

    /// <summary>Those that split no further: smaller and more alike.</summary>
    Leaf,
}

/// <summary>What <see cref="Hdbscan.Fit"/> is asked to do.</summary>
public sealed record HdbscanOptions
{
    /// <summary>Fewest users of a cluster of HDBSCAN. Default: a hundredth of the users, 5 to 100.</summary>
    /// <remarks>With fewer points in all everything is noise.</remarks>
    [RequestOption(Order = 16)]
    [Range(2, 1_000_000)]
    public int? MinimumClusterSize { get; init; }

    /// <summary>Neighbours, itself counted, that make a user dense, of DBSCAN and HDBSCAN.</summary>
    /// <remarks>
    /// So many make the core distance (as many as there are points, where those are fewer). More smooth the density and make more noise.
    /// The default value is null: <see cref="MinimumClusterSize"/>, but 10 at most.
    /// </remarks>
    [RequestOption(Order = 15)]
    [Range(1, 100_000)]
    public int? MinimumPoints { get; init; }

    /// <summary>The default value is excess of mass.</summary>
    public ClusterSelection Selection { get; init; } = ClusterSelection.ExcessOfMass;

    /// <summary>Whether all points may be one cluster, then without noise. The default value is false.</summary>
    public bool AllowSingleCluster { get; init; }

    /// <summary>Most threads at work. The default value is the number of processors. The result does not depend on it.</summary>
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

/// <param name="Partition">The nearest cluster of noise is that of its nearest point with a cluster.</param>
/// <param name="Strengths">
/// How long a point stays in its cluster as the density asked for rises, over how long the cluster lasts: 0 (noise) to 1,
/// <c>[points]</c>.
/// </param>
/// <param name="OutlierScores">
/// GLOSH (Campello et al. 2015): 0 for a point as dense as the densest part of the cluster that it was last in, towards 1 for one far less
/// dense, <c>[points]</c>.
/// </param>
/// <param name="Persistences">
/// The stability of each cluster over its largest possible value, size times the density at which it ends: 0 to 1, <c>[clusters]</c>.
/// </param>
/// <param name="MinimumClusterSize">The one that was used.</param>
/// <param name="MinimumPoints">The one that was used.</param>
public sealed record HdbscanResult(
    Partition Partition,
    float[] Strengths,
    float[] OutlierScores,
    float[] Persistences,
    int MinimumClusterSize,
    int MinimumPoints);
