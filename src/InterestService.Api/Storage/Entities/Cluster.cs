using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Storage.Entities;

/// <summary>A cluster of one clustering, with the profile that explains it.</summary>
internal sealed class Cluster
{
    public required Guid ClusteringId { get; init; }

    /// <summary>Within its clustering, from 1, the largest first. Never changes.</summary>
    public required int Number { get; init; }

    /// <summary>Across clusterings: of a cluster that persists the same. Stands fast once its clustering has been published.</summary>
    public required int ClusterId { get; init; }

    public required string Label { get; init; }

    public required int Users { get; init; }

    /// <summary>Its part of all clustered users, 0 to 1.</summary>
    public required double Share { get; init; }

    /// <summary>Mean cosine of its users with its centroid, -1 to 1.</summary>
    public required double Cohesion { get; init; }

    /// <summary>How long it lasts as the density rises, 0 to 1; null but of HDBSCAN.</summary>
    public double? Persistence { get; init; }

    /// <summary><c>[dimensions]</c>, unit length.</summary>
    public required float[] Centroid { get; init; }

    public required ClusterProfile Profile { get; init; }
}

/// <summary>How many users of a cluster came to an item, when the clustering was made: of the items that most did.</summary>
internal sealed class ClusterItem
{
    /// <summary>The <see cref="ClusterNumber"/> that stands for all users.</summary>
    public const int Everyone = 0;

    public required Guid ClusteringId { get; init; }

    /// <summary>The <see cref="Cluster.Number"/>, or <see cref="Everyone"/>.</summary>
    public required int ClusterNumber { get; init; }

    public required string ItemId { get; init; }

    public required int Users { get; init; }
}

/// <summary>How much of everyone's attention went to something when a clustering was made; what a user's lift is measured against.</summary>
internal sealed class PopulationShare
{
    public required Guid ClusteringId { get; init; }

    /// <summary><c>category</c>, <c>item</c> or <c>term</c>.</summary>
    public required string Dimension { get; init; }

    public required string Name { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Share { get; init; }
}

/// <summary>The merges of an agglomerative clustering, the lowest first.</summary>
internal sealed class StoredMergeTree
{
    public required Guid ClusteringId { get; init; }

    public required Merge[] Merges { get; init; }
}
