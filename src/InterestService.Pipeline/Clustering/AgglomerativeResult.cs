namespace InterestService.Pipeline.Clustering;

/// <param name="Partition">The tree cut into the clusters asked for. There is no noise.</param>
/// <param name="Tree">All merges; <see cref="MergeTree.Cut"/> gives any other number of clusters at once.</param>
public sealed record AgglomerativeResult(Partition Partition, MergeTree Tree);
