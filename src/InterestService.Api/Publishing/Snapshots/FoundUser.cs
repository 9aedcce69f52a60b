using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>What a snapshot holds of a user, before an answer is made of it: <see cref="UserClusterResponse"/> or <see cref="UserClusterJson"/>.</summary>
internal readonly ref struct FoundUser
{
    /// <summary>The id that represents the person; null when the user has none.</summary>
    public required string? UserId { get; init; }

    /// <summary>Number of the cluster within the clustering.</summary>
    public required ClusterNumber Cluster { get; init; }

    /// <summary>The most probable clusters, best first.</summary>
    public required ReadOnlySpan<StoredMembership> Memberships { get; init; }

    /// <summary>Distance of the user's vector to the centroid.</summary>
    public required float Distance { get; init; }

    /// <summary>True when the cluster is only the nearest one.</summary>
    public required bool Noise { get; init; }

    /// <summary>Null unless HDBSCAN assigned the user.</summary>
    public float? Strength { get; init; }

    /// <summary>When the model placed the user; null when the clustering's own run assigned the user.</summary>
    public DateTime? PlacedAt { get; init; }

    /// <summary>Strong ETag of the answer.</summary>
    public required string ETag { get; init; }

    /// <summary>Probability of the cluster.</summary>
    public float Confidence
    {
        get
        {
            foreach (var membership in Memberships)
                if (membership.Number == Cluster) return membership.Probability;
            return 0;
        }
    }

    /// <summary>Returns a user whom the model placed.</summary>
    public static FoundUser Of(string? userId, Placement placement, DateTime at, string etag) => new()
    {
        UserId = userId,
        Cluster = placement.ClusterNumber,
        Memberships = placement.Memberships,
        Distance = placement.Distance,
        Noise = placement.Noise,
        PlacedAt = at,
        ETag = etag,
    };
}
