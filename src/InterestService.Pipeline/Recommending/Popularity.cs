using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Recommending;

/// <summary>How many users came to an item.</summary>
/// <param name="ItemId">External id.</param>
/// <param name="Users">Different ones.</param>
public sealed record ItemUsers(string ItemId, int Users);

/// <summary>The items that most users come to.</summary>
/// <param name="Everyone">Of all users, most users first.</param>
/// <param name="Clusters">Of each cluster's users, <c>[clusters]</c>.</param>
public sealed record Popularity(IReadOnlyList<ItemUsers> Everyone, IReadOnlyList<IReadOnlyList<ItemUsers>> Clusters)
{
    /// <summary>Items kept of each: no list of recommendations is longer.</summary>
    private const int MaxItems = 1000;

    /// <param name="set">Users and items.</param>
    /// <param name="labels">Cluster of each user, from 0, <c>[users]</c>.</param>
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
