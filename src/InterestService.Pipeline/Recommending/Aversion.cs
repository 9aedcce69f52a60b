using InterestService.Pipeline.Events;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Recommending;

/// <summary>An item that might be recommended to somebody of whom only dislikes are known.</summary>
/// <param name="Description">Its catalogue entry.</param>
/// <param name="Share">Proportion of all users who are interested in it.</param>
/// <param name="ShareAmongFans">Proportion of the users who like what the user dislikes.</param>
public readonly record struct PopularCandidate(ItemDescription Description, double Share, double ShareAmongFans);

/// <summary>An item of a user.</summary>
/// <param name="Description">Its catalogue entry.</param>
/// <param name="Weight">How much the user likes or dislikes it, above 0.</param>
public readonly record struct WeighedItem(ItemDescription Description, float Weight);

/// <summary>Finds items that are like those that a user dislikes.</summary>
public static class Aversion
{
    /// <summary>What is only a little more frequent than elsewhere is so by chance.</summary>
    private const double MinLift = 1.1;

    /// <summary>Something liked counts if it is liked at least this part as much as other things are disliked on average.</summary>
    private const double MinLiked = .5;

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
            ? HasAny(candidate.Description, averse)
            : candidate.ShareAmongFans > MinLift * candidate.Share)];
    }

    /// <summary>
    /// Finds the categories that a user dislikes who likes others: what the user dislikes of it weighs more in sum than what the user likes, and
    /// nothing of it is clearly liked. The sum alone would speak against much that users like, since about half of all ratings are below their user's
    /// mean. Where no category of anything liked is known there are none, since nothing tells what all items have in common.
    /// </summary>
    /// <returns>The <see cref="CategoryNames.Key"/> of each.</returns>
    public static IReadOnlySet<string> FindCategories(IReadOnlyList<WeighedItem> disliked, IReadOnlyList<WeighedItem> liked)
    {
        var likes = Weights(liked);
        return likes.Count == 0
            ? new HashSet<string>()
            : Weights(disliked).Where(category => likes.GetValueOrDefault(category.Key, []) is var own && category.Value.Sum() > own.Sum()
                && own.DefaultIfEmpty().Max() < MinLiked * category.Value.Average()).Select(category => category.Key).ToHashSet();
    }

    /// <summary>Returns whether an item has one of some categories.</summary>
    /// <param name="item">The item's catalogue entry.</param>
    /// <param name="categories">As <see cref="FindCategories"/> returns them.</param>
    public static bool HasAny(ItemDescription item, IReadOnlySet<string> categories) => categories.Count > 0 && Keys(item).Any(categories.Contains);

    private static Dictionary<string, double> Shares(IReadOnlyList<ItemDescription> items) => items
        .SelectMany(Keys).GroupBy(category => category)
        .ToDictionary(category => category.Key, category => (double)category.Count() / items.Count);

    private static Dictionary<string, float[]> Weights(IReadOnlyList<WeighedItem> items) => items
        .SelectMany(item => Keys(item.Description).Select(category => (category, item.Weight)))
        .GroupBy(pair => pair.category, pair => pair.Weight).ToDictionary(category => category.Key, weights => weights.ToArray());

    private static IEnumerable<string> Keys(ItemDescription item) => item.Categories.Select(CategoryNames.Key).Distinct();
}
