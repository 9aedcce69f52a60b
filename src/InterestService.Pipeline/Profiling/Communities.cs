using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

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
        using var users = Divide(set, communityOf, out int[][] members);
        var tables = new InterestTables(features, users, members);
        int[] bySize = [.. Enumerable.Range(0, members.Length).Where(c => members[c].Length > 0).OrderByDescending(c => members[c].Length)];
        ClusterProfile[] profiles = [.. bySize.Select(c => tables.Profile(c, medoids: []))];
        string[] names = new string[members.Length], ordered = new ClusterLabels(features.Forms).Choose(profiles);
        for (int i = 0; i < bySize.Length; i++) names[bySize[i]] = ordered[i];

        var items = communityOf.Where(community => community >= 0).CountBy(community => community).ToDictionary();
        IEnumerable<string>[] none = [.. Enumerable.Repeat(Array.Empty<string>(), features.Queries)];
        return new Communities(
            bySize.Zip(profiles).ToDictionary(pair => names[pair.First], pair => (items[pair.First], Typical(pair.Second))),
            new ItemFeatures("community", [.. communityOf.Select(Name), .. none]));

        IEnumerable<string> Name(int community) => community >= 0 && members[community].Length > 0 ? [names[community]] : [];
    }

    /// <summary>Counts the attention of clusters to communities.</summary>
    /// <param name="users">Weights of the items of the users, <c>[users x items]</c>.</param>
    /// <param name="clusters">Users of each cluster, <c>[clusters]</c>.</param>
    public ClusterFeatureTable Count(SparseRows users, int[][] clusters) => new(users, clusters, _features);

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

    /// <summary>Divides the items of each user by community.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="communityOf">Community of each item or -1, <c>[items]</c>.</param>
    /// <param name="members">Rows of each community, <c>[communities]</c>.</param>
    /// <returns>A row for each community of each user, <c>[rows x items]</c>.</returns>
    private static SparseRows Divide(InteractionSet set, int[] communityOf, out int[][] members)
    {
        int count = set.Columns.Count(item => communityOf[item] >= 0);
        var (columns, weights) = (new Column<int>(count), new Column<float>(count));
        var offsets = new List<int>();
        var rows = Enumerable.Range(0, communityOf.Length == 0 ? 0 : communityOf.Max() + 1).Select(_ => new List<int>()).ToArray();
        int used = 0;
        for (int user = 0; user < set.UserCount; user++)
        {
            int[] items = set.ColumnsOf(user).ToArray();
            float[] userWeights = set.WeightsOf(user).ToArray();
            int last = -1;
            foreach (int i in Enumerable.Range(0, items.Length).Where(i => communityOf[items[i]] >= 0).OrderBy(i => communityOf[items[i]]))
            {
                if (communityOf[items[i]] is var community && community != last)
                {
                    rows[community].Add(offsets.Count);
                    offsets.Add(used);
                    last = community;
                }

                (columns[used], weights[used++]) = (items[i], userWeights[i]);
            }
        }

        members = [.. rows.Select(row => row.ToArray())];
        return new SparseRows(set.ItemCount, [.. offsets, used], columns, weights);
    }
}
