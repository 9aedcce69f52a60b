using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Profiling;

/// <summary>Explains clusters by what their users do more often than others.</summary>
public static class ClusterProfiler
{
    /// <summary>Profiles and names the clusters of all users, whose items a sample of them has.</summary>
    /// <param name="tally">What the users do; every cluster has one who counts.</param>
    /// <param name="itemIds">External ids of the items of the tally, <c>[items]</c>.</param>
    /// <param name="catalogue">What is known of each item, <c>[items]</c>.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    /// <param name="communities">Communities of the items, named with the sample; none if empty.</param>
    public static ProfiledClusters Describe(
        ClusterTally tally, IReadOnlyList<string> itemIds, IReadOnlyList<ItemDescription> catalogue, Matrix centroids, IReadOnlyList<ItemCommunity> communities)
    {
        var features = new CatalogueFeatures(itemIds, catalogue, tally.Attention.Texts);
        return Describe(tally, features, centroids, communities.Count == 0 ? null : Communities.Restore(itemIds, communities, tally, features));
    }

    /// <summary>Profiles and names every cluster.</summary>
    /// <param name="tally">What the users do; every cluster has one who counts.</param>
    /// <param name="features">What is known of the items and texts of the tally.</param>
    /// <param name="centroids">Unit length, <c>[clusters x dimensions]</c>.</param>
    /// <param name="communities">Communities of the items. Default: there are none.</param>
    internal static ProfiledClusters Describe(ClusterTally tally, CatalogueFeatures features, Matrix centroids, Communities? communities = null)
    {
        var attention = communities?.Count(tally);
        var tables = new InterestTables(features, tally.Attention, tally.Clusters);
        int[] all = [.. Enumerable.Range(0, tally.Clusters)], bySize = [.. all.OrderByDescending(c => tally.Sizes[c])];
        ClusterProfile[] profiles = [.. all.Select(c => tables.Profile(c, tally.MedoidsOf(c)) with
        {
            TopCommunities = attention is null ? [] : communities!.Top(attention.Of(c)),
        })];
        string[] names = new ClusterLabels(features.Forms).Choose([.. bySize.Select(c => profiles[c])]);
        double users = tally.Sizes.Sum();
        ClusterDescription[] descriptions = [.. all.Select(c => new ClusterDescription(
            ClusterNumber.FromIndex(c), names[Array.IndexOf(bySize, c)], tally.Sizes[c], tally.Sizes[c] / users, tally.CohesionOf(c),
            centroids.Row(c).ToArray(), profiles[c]))];
        return new ProfiledClusters(descriptions, [.. tables.Population, .. attention?.Population ?? []]);
    }
}
