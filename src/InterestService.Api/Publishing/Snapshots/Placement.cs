using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>The cluster that the published model gives a user whom its clustering did not contain, as a row of <c>assignments</c> holds it.</summary>
/// <param name="UserId">Id of the user.</param>
/// <param name="ClusterNumber">Number of the nearest cluster.</param>
/// <param name="Noise">True when the user lies farther from the centroid than all users of the cluster.</param>
/// <param name="Distance">Distance of the vector to the centroid.</param>
/// <param name="Memberships">The most probable clusters, best first; the probabilities sum to 1.</param>
/// <param name="Vector"><c>[dimensions]</c>, unit length.</param>
internal sealed record Placement(
    string UserId, ClusterNumber ClusterNumber, bool Noise, float Distance, StoredMembership[] Memberships, float[] Vector);

/// <summary>A user who was placed after the published clustering's own run.</summary>
/// <param name="Placement">The cluster.</param>
/// <param name="Aliases">Other ids of the person.</param>
/// <param name="AssignedAt">Time of the placement.</param>
/// <param name="Increment">Number of the increment that contains the placement.</param>
internal sealed record IncrementalUser(Placement Placement, string[] Aliases, DateTime AssignedAt, long Increment)
{
    /// <summary>Strong ETag of the response about the user; empty until a snapshot includes the user.</summary>
    public string ETag { get; init; } = "";
}

/// <summary>
/// How far the clusters of a clustering reach: where its algorithm finds noise, a user whom the model places is noise when farther from the centroid
/// than all users of the cluster.
/// </summary>
/// <param name="Distances">The largest distance of a user who is not noise, by index of the cluster, -1 without one; null when no user is noise.</param>
internal sealed record ClusterReach(float[]? Distances)
{
    /// <param name="number">Number of the nearest cluster.</param>
    /// <param name="distance">Distance to its centroid.</param>
    public bool IsBeyond(ClusterNumber number, float distance) => Distances is not null && distance > Distances[number.Index];
}
