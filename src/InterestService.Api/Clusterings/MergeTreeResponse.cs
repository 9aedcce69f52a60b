using InterestService.Pipeline.Clustering;

namespace InterestService.Api.Clusterings;

/// <summary>The merges of a hierarchical clustering.</summary>
/// <param name="Leaves">Users or, of many users, groups of very similar ones.</param>
/// <param name="Merges">The lowest first.</param>
public sealed record MergeTreeResponse(int Leaves, IReadOnlyList<Merge> Merges);
