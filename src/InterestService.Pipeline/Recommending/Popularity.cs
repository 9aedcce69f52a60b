using InterestService.Pipeline.Events;

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

    /// <summary>Counts the users of each item, overall and in each cluster.</summary>
    /// <param name="set">Users and items.</param>
    /// <param name="labels">Cluster of each user, from 0, or -1 for users who count overall only, <c>[users]</c>.</param>
    /// <param name="clusters">Number of clusters.</param>
    public static Popularity Compute(InteractionSet set, int[] labels, int clusters)
    {
        var members = Enumerable.Range(0, labels.Length).ToLookup(user => labels[user]);
        return new Popularity(
            Top(set, Enumerable.Range(0, labels.Length)), [.. Enumerable.Range(0, clusters).Select(cluster => Top(set, members[cluster]))]);
    }

    private static ItemUsers[] Top(InteractionSet set, IEnumerable<int> users)
    {
        var counts = new Dictionary<int, int>();
        foreach (int user in users)
            foreach (int item in set.ColumnsOf(user)) counts[item] = counts.GetValueOrDefault(item) + 1;
        return [.. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key).Take(MaxItems)
            .Select(count => new ItemUsers(set.Events.ItemIds[count.Key], count.Value))];
    }
}
