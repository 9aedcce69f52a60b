namespace InterestService.Api.Storage;

/// <summary>How many users of a cluster came to an item, when the clustering was made: of the items that most did.</summary>
internal sealed class ClusterItem
{
    /// <summary>The <see cref="ClusterNumber"/> that stands for all users.</summary>
    public const int Everyone = 0;

    public required Guid ClusteringId { get; init; }

    /// <summary>The <see cref="Cluster.Number"/>, or <see cref="Everyone"/>.</summary>
    public required int ClusterNumber { get; init; }

    public required string ItemId { get; init; }

    public required int Users { get; init; }
}
