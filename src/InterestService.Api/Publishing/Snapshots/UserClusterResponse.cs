namespace InterestService.Api.Publishing.Snapshots;

/// <summary>How probably a user belongs to a cluster.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Label">Its label.</param>
/// <param name="Probability">0 to 1; a user's memberships sum to 1.</param>
public sealed record ClusterMembership(int ClusterId, string Label, float Probability);

/// <summary>The cluster that a user is in.</summary>
/// <param name="UserId">The user; of an alias, the person. Null: the events that were sent named none.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Label">Its label.</param>
/// <param name="Confidence">Probability of this cluster, 0 to 1.</param>
/// <param name="Memberships">The most probable clusters, best first.</param>
/// <param name="Distance">Of the user's vector to the centroid, 0 to 2.</param>
/// <param name="Noise">True when the user lies in no dense region and this is only the nearest cluster.</param>
/// <param name="Strength">Strength of the membership, 0 to 1; null unless HDBSCAN assigned the user.</param>
/// <param name="ClusteringId">The clustering that this comes from.</param>
/// <param name="AssignedAt">When it was computed.</param>
/// <param name="Source"><c>batch</c>: by that clustering's own run. <c>incremental</c>: by its model, later.</param>
public sealed record UserClusterResponse(
    string? UserId,
    int ClusterId,
    string Label,
    float Confidence,
    IReadOnlyList<ClusterMembership> Memberships,
    float Distance,
    bool Noise,
    float? Strength,
    Guid ClusteringId,
    DateTime AssignedAt,
    string Source)
{
    internal const string Batch = "batch";
    internal const string Incremental = "incremental";
}
