using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Recommending;

/// <summary>An item that might be recommended to somebody of whom only dislikes are known.</summary>
/// <param name="Description">Its catalogue entry.</param>
/// <param name="Share">Proportion of all users who dealt with it.</param>
/// <param name="ShareAmongFans">Proportion of the users who like what the user dislikes.</param>
public readonly record struct PopularCandidate(ItemDescription Description, double Share, double ShareAmongFans);

/// <summary>Finds items that are like those that a user dislikes.</summary>
public static class Aversion
{
    /// <summary>What is only a little more frequent than elsewhere is so by chance.</summary>
    private const double MinLift = 1.1;

    /// <summary>
    /// Finds the items of a category that is more frequent among the disliked items than among the candidates. Where categories say nothing,
    /// because one side has none, an item is like the disliked ones if their fans come to it more often than everyone.
    /// </summary>
    /// <param name="candidates">Items that might be recommended, <c>[candidates]</c>.</param>
    /// <param name="disliked">Items that the user dislikes; at least one.</param>
    /// <returns>Whether a candidate is like the disliked items, <c>[candidates]</c>.</returns>
    public static bool[] Find(IReadOnlyList<PopularCandidate> candidates, IReadOnlyList<ItemDescription> disliked)
    {
        Dictionary<string, double> among = Shares([.. candidates.Select(candidate => candidate.Description)]), ofDisliked = Shares(disliked);
        var averse = ofDisliked.Where(category => category.Value > MinLift * among.GetValueOrDefault(category.Key)).Select(category => category.Key).ToHashSet();
        return [.. candidates.Select(candidate => candidate.Description.Categories.Count > 0 && ofDisliked.Count > 0
            ? candidate.Description.Categories.Any(averse.Contains)
            : candidate.ShareAmongFans > MinLift * candidate.Share)];
    }

    private static Dictionary<string, double> Shares(IReadOnlyList<ItemDescription> items) => items
        .SelectMany(item => item.Categories.Distinct()).GroupBy(category => category)
        .ToDictionary(category => category.Key, category => (double)category.Count() / items.Count);
}
