using InterestService.Pipeline.Profiling;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>A cluster of the published clustering.</summary>
/// <param name="Id">Of the cluster.</param>
/// <param name="Label">Readable; no two clusters share one.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Share">Part of all clustered users, 0 to 1.</param>
/// <param name="Cohesion">Mean cosine of its users with its centroid, -1 to 1.</param>
/// <param name="Persistence">How long it lasts as the density rises, 0 to 1; null but of HDBSCAN.</param>
/// <param name="TopCategories">The most telling first.</param>
/// <param name="TopItems">The most telling first.</param>
/// <param name="TopTerms">The most telling first.</param>
/// <param name="Medoids">Users closest to the centroid.</param>
/// <param name="Trend">How it changed against the clustering that was published before.</param>
public sealed record ClusterResponse(
    int Id,
    string Label,
    int Users,
    double Share,
    double Cohesion,
    double? Persistence,
    IReadOnlyList<InterestShare> TopCategories,
    IReadOnlyList<ItemShare> TopItems,
    IReadOnlyList<InterestShare> TopTerms,
    IReadOnlyList<string> Medoids,
    ClusterTrend Trend);

/// <summary>How probably a user belongs to a cluster.</summary>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Label">Its label.</param>
/// <param name="Probability">0 to 1; a user's memberships sum to 1.</param>
public sealed record ClusterMembership(int ClusterId, string Label, float Probability);

/// <summary>The cluster that a user is in.</summary>
/// <param name="UserId">The user; null: the events that were sent named none.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="Label">Its label.</param>
/// <param name="Confidence">Probability of this cluster, 0 to 1.</param>
/// <param name="Memberships">The most probable clusters, best first.</param>
/// <param name="Distance">Of the user's vector to the centroid, 0 to 2.</param>
/// <param name="Noise">True when the user lies in no dense region and this is only the nearest cluster.</param>
/// <param name="Strength">How firmly the user is in the cluster, 0 to 1; null but of HDBSCAN's own run.</param>
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

/// <summary>Users to look up.</summary>
/// <param name="UserIds">Up to 1000.</param>
public sealed record UserClustersRequest(IReadOnlyList<string> UserIds);

/// <summary>The clusters of several users.</summary>
/// <param name="Found">In the order asked for.</param>
/// <param name="Missing">Users without a cluster.</param>
public sealed record UserClustersResponse(IReadOnlyList<UserClusterResponse> Found, IReadOnlyList<string> Missing);

/// <summary>A cluster that a user has been in.</summary>
/// <param name="ClusteringId">The clustering.</param>
/// <param name="ClusterId">The user's cluster in it.</param>
/// <param name="Label">Its label there.</param>
/// <param name="Confidence">Probability of this cluster, 0 to 1.</param>
/// <param name="Noise">True when the user lay in no dense region and this was only the nearest cluster.</param>
/// <param name="AssignedAt">When it was computed.</param>
/// <param name="PublishedAt">When it was last published.</param>
/// <param name="Published">Whether lookups answer from it now.</param>
public sealed record UserClusterHistoryEntry(
    Guid ClusteringId, int ClusterId, string Label, float Confidence, bool Noise,
    DateTime AssignedAt, DateTime PublishedAt, bool Published);

/// <summary>What a user is interested in.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Interests">The strongest first.</param>
/// <param name="Clusters">The user's clusters in the published clustering; empty when there is none.</param>
public sealed record UserInterestsResponse(
    string UserId, IReadOnlyList<UserInterest> Interests, IReadOnlyList<ClusterMembership> Clusters);
