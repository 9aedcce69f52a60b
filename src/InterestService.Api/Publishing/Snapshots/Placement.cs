using InterestService.Api.Storage;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Where the published model puts a user whom its clustering did not have, as a row of <c>assignments</c> holds it.</summary>
/// <param name="UserId">The user.</param>
/// <param name="ClusterNumber">Of the nearest cluster, within the clustering.</param>
/// <param name="Noise">True when that is only the nearest one, and the user lies beyond all of its users.</param>
/// <param name="Distance">Of the vector to its centroid.</param>
/// <param name="Memberships">The most probable clusters, best first; the probabilities sum to 1.</param>
/// <param name="Vector"><c>[dimensions]</c>, unit length.</param>
internal sealed record Placement(
    string UserId, int ClusterNumber, bool Noise, float Distance, StoredMembership[] Memberships, float[] Vector);

/// <summary>A user who was placed after the published clustering's own run.</summary>
/// <param name="Placement">Where.</param>
/// <param name="Aliases">Other ids of the person.</param>
/// <param name="AssignedAt">When.</param>
/// <param name="Increment">The number of the increment that it came with.</param>
internal sealed record IncrementalUser(Placement Placement, string[] Aliases, DateTime AssignedAt, long Increment);
