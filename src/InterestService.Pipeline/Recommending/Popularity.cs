using InterestService.Pipeline.Aggregation;

namespace InterestService.Pipeline.Recommending;

/// <summary>The number of users of an item.</summary>
/// <param name="ItemId">External id of the item.</param>
/// <param name="Users">Number of different users.</param>
public sealed record ItemUsers(string ItemId, int Users);

/// <summary>The items with the most users.</summary>
/// <param name="Everyone">Items of all users, the most popular first.</param>
/// <param name="Clusters">Items of each cluster's users, the most popular first, <c>[clusters]</c>.</param>
public sealed record Popularity(IReadOnlyList<ItemUsers> Everyone, IReadOnlyList<IReadOnlyList<ItemUsers>> Clusters)
{
    /// <summary>Maximum number of items of each list; no list of recommendations is longer.</summary>
    private const int MaxItems = 1000;

    /// <summary>Finds the items with the most users, overall and in each cluster.</summary>
    /// <param name="tally">What the users do; those who count in no cluster count overall.</param>
    /// <param name="itemIds">External ids of the items of the tally, <c>[items]</c>.</param>
    public static Popularity Of(ClusterTally tally, IReadOnlyList<string> itemIds)
    {
        var everyone = new Dictionary<int, int>();
        var clusters = new List<IReadOnlyList<ItemUsers>>();
        for (int group = 0; group <= tally.Clusters; group++)
        {
            var counts = new List<(int Item, int Users)>();
            foreach (var cell in tally.Attention.Of(group))
            {
                if (cell.Row >= itemIds.Count) break; // texts follow
                counts.Add((cell.Row, cell.Users));
                everyone[cell.Row] = everyone.GetValueOrDefault(cell.Row) + cell.Users;
            }

            if (group < tally.Clusters) clusters.Add(Top(counts));
        }

        return new Popularity(Top(everyone.Select(count => (count.Key, count.Value))), clusters);

        ItemUsers[] Top(IEnumerable<(int Item, int Users)> counts) =>
            [.. counts.OrderByDescending(count => count.Users).ThenBy(count => count.Item).Take(MaxItems)
                .Select(count => new ItemUsers(itemIds[count.Item], count.Users))];
    }
}
