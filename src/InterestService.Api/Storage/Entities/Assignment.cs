namespace InterestService.Api.Storage.Entities;

/// <summary>Where one clustering put one user.</summary>
internal sealed class Assignment
{
    public required string UserId { get; init; }

    public required Guid ClusteringId { get; init; }

    /// <summary>The <see cref="Cluster.Number"/> of the user's cluster.</summary>
    public required int ClusterNumber { get; init; }

    /// <summary>True when the user lies in no dense region, and the cluster is only the nearest.</summary>
    public required bool Noise { get; init; }

    /// <summary>How firmly the user is in the cluster, 0 to 1; null but of HDBSCAN's own run.</summary>
    public float? Strength { get; init; }

    /// <summary>Euclidean distance of the unit-length user vector to the centroid, 0 to 2.</summary>
    public required float Distance { get; init; }

    /// <summary>The most probable clusters, best first, whose probabilities sum to 1: <see cref="StoredMembership"/>, <see cref="Packed"/>.</summary>
    public required byte[] Memberships { get; init; }

    /// <summary><c>[dimensions]</c>, unit length: float32, <see cref="Packed"/>.</summary>
    public required byte[] Vector { get; init; }

    /// <summary>0: by the clustering's own run. Else the number of the increment that it came with, by the model, later.</summary>
    public long Increment { get; init; }

    /// <summary>When it came with an increment; null: it is as old as its clustering.</summary>
    public DateTime? AssignedAt { get; init; }
}
