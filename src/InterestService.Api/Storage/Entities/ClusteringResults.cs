using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Storage.Entities;

/// <summary>Number of users of a cluster who were interested in an item when the clustering was computed, for the most popular items.</summary>
internal sealed class ClusterItem
{
    /// <summary>Value of <see cref="ClusterNumber"/> for all users together.</summary>
    public static readonly ClusterNumber Everyone = new(0);

    public required Guid ClusteringId { get; init; }

    /// <summary>The <see cref="Cluster.Number"/>, or <see cref="Everyone"/>.</summary>
    public required ClusterNumber ClusterNumber { get; init; }

    public required string ItemId { get; init; }

    public required int Users { get; init; }
}

/// <summary>The community of an item, by an encoder that groups items; the base of a user's interests in communities.</summary>
internal sealed class StoredItemCommunity
{
    public required Guid ClusteringId { get; init; }

    public required string ItemId { get; init; }

    /// <summary>Name of the community.</summary>
    public required string Community { get; init; }
}

/// <summary>Share of a category, item, term or community in the attention of all users when a clustering was computed; the base of a user's lift.</summary>
internal sealed class PopulationShare
{
    public required Guid ClusteringId { get; init; }

    /// <summary><c>category</c>, <c>item</c>, <c>term</c> or <c>community</c>.</summary>
    public required string Dimension { get; init; }

    public required string Name { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Share { get; init; }
}

/// <summary>The merges of an agglomerative clustering, the lowest first.</summary>
internal sealed class StoredMergeTree
{
    public required Guid ClusteringId { get; init; }

    public required Merge[] Merges { get; init; }
}

/// <summary>The trained model of a clustering, which encodes new events without training again.</summary>
internal sealed class Model
{
    public required Guid ClusteringId { get; init; }

    public required string Encoder { get; init; }

    /// <summary>The serialized model.</summary>
    public required byte[] Content { get; init; }
}
