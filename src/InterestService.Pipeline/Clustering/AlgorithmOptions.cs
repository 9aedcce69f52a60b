using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Clustering.Hierarchical;

namespace InterestService.Pipeline.Clustering;

/// <summary>What the algorithms can be told beside the number of clusters. A value that is null takes the algorithm's own default.</summary>
public sealed record AlgorithmOptions
{
    /// <summary>Independent starts of K-means. Default 1, since each goes on by swapping centroids.</summary>
    [Range(1, 1000)]
    public int Starts { get; init; } = 1;

    /// <summary>Whether K-means measures angles (its centroids have unit length) or Euclidean distances. Default true.</summary>
    public bool Spherical { get; init; } = true;

    /// <summary>Of agglomerative clustering. Default Ward.</summary>
    public Linkage Linkage { get; init; } = Linkage.Ward;

    /// <summary>Largest distance of neighbours of DBSCAN; null: from the curve of distances. Unit vectors lie at most 2 apart.</summary>
    [Range(1e-9, 2)]
    public double? Epsilon { get; init; }

    /// <summary>Neighbours, itself counted, that make a point dense, of DBSCAN and HDBSCAN.</summary>
    [Range(1, 100_000)]
    public int? MinimumPoints { get; init; }

    /// <summary>Fewest users of a cluster of HDBSCAN.</summary>
    [Range(2, 1_000_000)]
    public int? MinimumClusterSize { get; init; }
}
