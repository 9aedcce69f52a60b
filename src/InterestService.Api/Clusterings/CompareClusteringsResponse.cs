using InterestService.Api.Hosting;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Clusterings;

/// <summary>What became of the clusters of one clustering in another one; all clusters by their ids.</summary>
/// <param name="PreviousId">The clustering that was named first.</param>
/// <param name="CurrentId">The clustering that was named second.</param>
/// <param name="AdjustedRandIndex">
/// Agreement on the users of both: 1 the same, 0 as by chance; null without such users. Noise counts with its nearest cluster.
/// </param>
/// <param name="NormalizedMutualInformation">The same, 0 to 1.</param>
/// <param name="Matched">
/// Clusters that are the same in both: the pairs with the most users in common, one to one, of a Jaccard index of a third or more.
/// </param>
/// <param name="Born">Clusters of the second alone.</param>
/// <param name="Dead">Clusters of the first alone.</param>
/// <param name="Split">Clusters of the first from which several of the second have more than half of their users.</param>
/// <param name="Merged">Clusters of the second into which more than half of the users of several of the first went.</param>
/// <param name="Users">How many stayed in a matched cluster, moved, joined and left.</param>
/// <param name="Moves">Where those who moved went, most first.</param>
/// <param name="UsersMoved">Who moved, a page in the order of their ids.</param>
public sealed record CompareClusteringsResponse(
    Guid PreviousId,
    Guid CurrentId,
    double? AdjustedRandIndex,
    double? NormalizedMutualInformation,
    IReadOnlyList<ClusterMatch> Matched,
    IReadOnlyList<int> Born,
    IReadOnlyList<int> Dead,
    IReadOnlyList<ClusterSplit> Split,
    IReadOnlyList<ClusterMerge> Merged,
    UserFlow Users,
    IReadOnlyList<ClusterOverlap> Moves,
    Page<UserMove> UsersMoved);

/// <summary>A user who is in another cluster.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Previous">The cluster in the first clustering.</param>
/// <param name="Current">The cluster in the second clustering.</param>
public sealed record UserMove(string UserId, int Previous, int Current);
