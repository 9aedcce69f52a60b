using InterestService.Pipeline.Aggregation;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Profiling;

/// <summary>
/// Communities of items as named interests. A community is named as a cluster is, by the features that are more frequent in it than among all
/// items; the part of a user's history that lies in the community takes the place of a user of the cluster.
/// </summary>
internal sealed class Communities
{
    private const int MaxItems = 5;
    private const int MaxShares = 10;

    private readonly Dictionary<string, (int Items, TypicalItem[] Typical)> _communities;
    private readonly ItemFeatures _features; // the community of an item, if it has one

    private Communities(Dictionary<string, (int Items, TypicalItem[] Typical)> communities, ItemFeatures features) =>
        (_communities, _features) = (communities, features);

    /// <summary>Names the communities.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="communityOf">Community of each item, from 0, -1 for an item without one, <c>[items]</c>.</param>
    /// <param name="features">Features of the items.</param>
    public static Communities Describe(InteractionSet set, int[] communityOf, CatalogueFeatures features)
    {
        var tally = Divide(set, communityOf);
        int[] sizes = tally.Users;
        var tables = new InterestTables(features, tally, sizes.Length);
        int[] bySize = [.. Enumerable.Range(0, sizes.Length).Where(c => sizes[c] > 0).OrderByDescending(c => sizes[c])];
        ClusterProfile[] profiles = [.. bySize.Select(c => tables.Profile(c, medoids: []))];
        string[] names = new string[sizes.Length], ordered = new ClusterLabels(features.Forms).Choose(profiles);
        for (int i = 0; i < bySize.Length; i++) names[bySize[i]] = ordered[i];

        var items = communityOf.Where(community => community >= 0).CountBy(community => community).ToDictionary();
        IEnumerable<string>[] none = [.. Enumerable.Repeat(Array.Empty<string>(), features.Queries)];
        return new Communities(
            bySize.Zip(profiles).ToDictionary(pair => names[pair.First], pair => (items[pair.First], Typical(pair.Second))),
            new ItemFeatures("community", [.. communityOf.Select(Name), .. none]));

        IEnumerable<string> Name(int community) => community >= 0 && sizes[community] > 0 ? [names[community]] : [];
    }

    /// <summary>Restores communities that were named with the users of a sample, to count all users.</summary>
    /// <param name="itemIds">External ids, <c>[items]</c>.</param>
    /// <param name="items">Result of <see cref="Items"/>.</param>
    /// <param name="tally">What all users do, by which the typical items are chosen.</param>
    /// <param name="features">Features of the items.</param>
    public static Communities Restore(
        IReadOnlyList<string> itemIds, IReadOnlyList<ItemCommunity> items, ClusterTally tally, CatalogueFeatures features)
    {
        var nameOf = items.ToDictionary(item => item.ItemId, item => item.Community);
        double[] attention = new double[itemIds.Count];
        for (int cluster = 0; cluster < tally.Clusters; cluster++)
            foreach (var cell in tally.Attention.Of(cluster))
                if (cell.Row < attention.Length) attention[cell.Row] += cell.Attention;
        var members = Enumerable.Range(0, itemIds.Count).Where(item => nameOf.ContainsKey(itemIds[item])).ToLookup(item => nameOf[itemIds[item]]);
        IEnumerable<string>[] none = [.. Enumerable.Repeat(Array.Empty<string>(), features.Queries)];
        return new Communities(
            members.ToDictionary(community => community.Key, community => (community.Count(), Typical(community))),
            new ItemFeatures("community", [.. itemIds.Select(id => nameOf.TryGetValue(id, out string? name) ? new[] { name } : []), .. none]));

        TypicalItem[] Typical(IEnumerable<int> community) =>
            [.. community.OrderByDescending(item => attention[item]).ThenBy(item => item).Take(MaxItems)
                .Select(item => new TypicalItem(itemIds[item], features.TitleOf(itemIds[item])))];
    }

    /// <summary>Counts the attention of clusters to communities.</summary>
    /// <param name="tally">What the users of each cluster do.</param>
    public ClusterFeatureTable Count(ClusterTally tally) => new(tally.Attention, tally.Clusters, _features);

    /// <summary>Returns the communities that distinguish a cluster most.</summary>
    public IReadOnlyList<CommunityShare> Top(ClusterFeatures cluster) => [.. cluster.ByDivergence().Take(MaxShares).Select(community =>
    {
        var (items, typical) = _communities[community.Name];
        return new CommunityShare(community.Name, community.Lift, community.Share, items, typical);
    })];

    /// <summary>Returns the items of communities.</summary>
    /// <param name="itemIds">External ids, <c>[items]</c>.</param>
    public IReadOnlyList<ItemCommunity> Items(string[] itemIds) =>
        [.. itemIds.Zip(_features.OfItems).SelectMany(item => item.Second, (item, feature) => new ItemCommunity(item.First, _features.Names[feature]))];

    private static TypicalItem[] Typical(ClusterProfile profile) =>
        [.. profile.TopItems.Take(MaxItems).Select(item => new TypicalItem(item.ItemId, item.Title))];

    /// <summary>Counts the users by community, each in every community of some of the user's items, for these alone.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="communityOf">Community of each item or -1, <c>[items]</c>.</param>
    /// <returns>What the users do in each community.</returns>
    private static AttentionTally Divide(InteractionSet set, int[] communityOf)
    {
        var tally = new AttentionTally(communityOf.DefaultIfEmpty(-1).Max() + 1, set.ItemCount, []);
        for (int user = 0; user < set.UserCount; user++)
        {
            int[] items = set.ColumnsOf(user).ToArray();
            float[] weights = set.WeightsOf(user).ToArray();
            ulong mark = AttentionTally.MarkOf(set.Events.UserIds[user]);
            foreach (var community in Enumerable.Range(0, items.Length).Where(i => communityOf[items[i]] >= 0).GroupBy(i => communityOf[items[i]]))
                tally.Add(community.Key, mark, [.. community.Select(i => items[i])], [.. community.Select(i => weights[i])]);
        }

        return tally;
    }
}
