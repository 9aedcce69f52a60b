using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>Differences between a cluster's users and all users.</summary>
/// <param name="TopCategories">Categories of their items, the most distinctive first.</param>
/// <param name="TopItems">Items, the most distinctive first.</param>
/// <param name="TopTerms">Words and pairs of words from the items' titles, the most distinctive first.</param>
/// <param name="Medoids">Users closest to the centroid, the closest first.</param>
public sealed record ClusterProfile(
    IReadOnlyList<InterestShare> TopCategories,
    IReadOnlyList<ItemShare> TopItems,
    IReadOnlyList<InterestShare> TopTerms,
    IReadOnlyList<string> Medoids)
{
    /// <summary>Communities of their items, the most distinctive first. Default: none, as of an encoder without such groups.</summary>
    public IReadOnlyList<CommunityShare> TopCommunities { get; init; } = [];
}

/// <summary>A category or term in a cluster.</summary>
/// <param name="Name">The category or term.</param>
/// <param name="Lift">Its share in the cluster over its share among all users; 1: no different.</param>
/// <param name="Share">Mean part of the cluster's users' attention, 0 to 1.</param>
public sealed record InterestShare(string Name, double Lift, double Share);

/// <summary>A community of items, which users have in common, in a cluster.</summary>
/// <param name="Name">Readable name, unique within the clustering.</param>
/// <param name="Lift">Its share in the cluster over its share among all users; 1: no different.</param>
/// <param name="Share">Mean part of the cluster's users' attention, 0 to 1.</param>
/// <param name="Items">Number of its items, 2 or more.</param>
/// <param name="TypicalItems">Some of its items, those with the most attention first.</param>
public sealed record CommunityShare(string Name, double Lift, double Share, int Items, IReadOnlyList<TypicalItem> TypicalItems);

/// <summary>An item of a community.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Null when the catalogue has none.</param>
public sealed record TypicalItem(string ItemId, string? Title);

/// <summary>The community that an item belongs to.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Community">Name of the community.</param>
public sealed record ItemCommunity(string ItemId, string Community);

/// <summary>An item in a cluster.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">Null when the catalogue has none.</param>
/// <param name="Lift">Its share in the cluster over its share among all users.</param>
/// <param name="Share">Mean part of the cluster's users' attention, 0 to 1.</param>
/// <param name="Users">Users of the cluster who are interested in it: they dealt with it and do not dislike it.</param>
public sealed record ItemShare(string ItemId, string? Title, double Lift, double Share, int Users);

/// <summary>A cluster with its name and profile.</summary>
/// <param name="Number">Number within the clustering, from 1.</param>
/// <param name="Label">Readable label, unique within the clustering.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Share">Part of all clustered users, 0 to 1.</param>
/// <param name="Cohesion">Mean cosine of its users with the centroid, -1 to 1.</param>
/// <param name="Centroid"><c>[dimensions]</c>.</param>
/// <param name="Profile">Differences from all users.</param>
public sealed record ClusterDescription(
    ClusterNumber Number, string Label, int Users, double Share, double Cohesion, float[] Centroid, ClusterProfile Profile);

/// <summary>The share of a feature among all users, with which a single user's share is compared.</summary>
/// <param name="Dimension"><c>category</c>, <c>item</c>, <c>term</c> or <c>community</c>.</param>
/// <param name="Name">The key of the category, the item id, the term or the community's name, as <see cref="InterestFeature"/> has it.</param>
/// <param name="Share">Mean part of a user's attention, 0 to 1.</param>
public sealed record FeatureShare(string Dimension, string Name, double Share);

/// <summary>What distinguishes the users of each cluster.</summary>
/// <param name="Clusters">The clusters in the order of their index.</param>
/// <param name="Population">Shares of attention among all users.</param>
public sealed record ProfiledClusters(ClusterDescription[] Clusters, IReadOnlyList<FeatureShare> Population);
