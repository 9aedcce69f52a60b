using InterestService.Pipeline.Clustering;

namespace InterestService.Api.Storage;

/// <summary>The merges of an agglomerative clustering, the lowest first.</summary>
internal sealed class StoredMergeTree
{
    public required Guid ClusteringId { get; init; }

    public required Merge[] Merges { get; init; }
}
