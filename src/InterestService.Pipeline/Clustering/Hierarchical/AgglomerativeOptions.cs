using System.Diagnostics.CodeAnalysis;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;

namespace InterestService.Pipeline.Clustering.Hierarchical;

/// <summary>What the distance of two clusters is.</summary>
public enum Linkage
{
    /// <summary>What joining adds to the sum of squares within clusters, as a length (Ward 1963; scipy's heights).</summary>
    Ward,

    /// <summary>Mean distance of their points.</summary>
    Average,

    /// <summary>Distance of their farthest points.</summary>
    Complete,

    /// <summary>Distance of their nearest points.</summary>
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The name of the field.")]
    Single,
}

/// <summary>Options of <see cref="Agglomerative.Fit"/>.</summary>
public sealed record AgglomerativeOptions
{
    /// <summary>Number of clusters, 1 to the number of points (of micro-clusters, if they are used).</summary>
    public required int Clusters { get; init; }

    /// <summary>Of agglomerative clustering: <c>ward</c> (default), <c>average</c>, <c>complete</c> or <c>single</c>.</summary>
    [RequestOption(Order = 13)]
    public Linkage Linkage { get; init; } = Linkage.Ward;

    /// <summary>
    /// Maximum number of points of an exact tree; more are first grouped into <see cref="MicroClusters"/>. The default value is 15,000: average
    /// and complete linkage then hold 450 MB of distances, n (n - 1) / 2 float32; Ward and single linkage hold no distances. At most
    /// 65,000.
    /// </summary>
    public int MaximumPoints { get; init; } = 15_000;

    /// <summary>
    /// Number of K-means clusters that replace the points, weighted by their sizes, above <see cref="MaximumPoints"/>. The default value is
    /// 2,000; at least 2, at most <see cref="MaximumPoints"/>.
    /// </summary>
    public int MicroClusters { get; init; } = 2_000;

    /// <summary>Seed of the micro-clusters. The default value is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Maximum number of threads. The default value is the number of processors. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the micro-clusters are computed: <c>cpu</c> or, if there is enough to do, <c>cuda</c>. The default value is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    internal void Validate(Matrix points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPoints, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumPoints, 65_000);
        if (points.Columns == 0)
            throw new ArgumentException("Points need at least one column.");
        if (points.Rows < Clusters)
            throw new ArgumentException($"{Clusters} clusters need at least as many points; there are {points.Rows}.");
        if (points.Rows > MaximumPoints && (MicroClusters < Math.Max(2, Clusters) || MicroClusters > MaximumPoints))
        {
            throw new ArgumentException(
                $"Micro-clusters must be {Math.Max(2, Clusters)} (the clusters) to {MaximumPoints}, not {MicroClusters}.");
        }
    }
}

/// <param name="Partition">The tree cut into the requested number of clusters. There is no noise.</param>
/// <param name="Tree">All merges; <see cref="MergeTree.Cut"/> returns any other number of clusters without another fit.</param>
public sealed record AgglomerativeResult(Partition Partition, MergeTree Tree);
