using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Storage.Entities;

/// <summary>The assignment of a user to a cluster by one clustering.</summary>
internal sealed class Assignment
{
    public required string UserId { get; init; }

    public required Guid ClusteringId { get; init; }

    /// <summary>The <see cref="Cluster.Number"/> of the user's cluster.</summary>
    public required ClusterNumber ClusterNumber { get; init; }

    /// <summary>True when the user lies in no dense region, and the cluster is only the nearest.</summary>
    public required bool Noise { get; init; }

    /// <summary>Strength of the membership, 0 to 1; null unless HDBSCAN's own run assigned it.</summary>
    public float? Strength { get; init; }

    /// <summary>Euclidean distance of the unit-length user vector to the centroid, 0 to 2.</summary>
    public required float Distance { get; init; }

    /// <summary>The most probable clusters, best first, whose probabilities sum to 1: <see cref="StoredMembership"/>, <see cref="Packed"/>.</summary>
    public required byte[] Memberships { get; init; }

    /// <summary><c>[dimensions]</c>, unit length: float32, <see cref="Packed"/>.</summary>
    public required byte[] Vector { get; init; }

    /// <summary>Place on the map of the clustering, to the right; null when the map does not show the user.</summary>
    public float? MapX { get; init; }

    /// <summary>Place on the map of the clustering, upwards; null when <see cref="MapX"/> is.</summary>
    public float? MapY { get; init; }

    /// <summary>0 when the clustering's own run assigned the user; otherwise the number of the increment with which the model did.</summary>
    public long Increment { get; init; }

    /// <summary>Time of the increment; null when the clustering's own run assigned the user.</summary>
    public DateTime? AssignedAt { get; init; }
}
