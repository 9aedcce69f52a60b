using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Recommending;

/// <summary>Explains recommended items by items of the user.</summary>
public static class Evidence
{
    /// <summary>Maximum number of a user's items, the latest ones, which bounds the cost of an answer.</summary>
    private const int MaxOwn = 10;

    /// <summary>Finds, for each recommended item, the user's item that scores it highest if the user has no other.</summary>
    /// <param name="score">Scores the items of the set.</param>
    /// <param name="set">A set whose users have items.</param>
    /// <param name="user">Row of the set.</param>
    /// <param name="items">Recommended items, <c>[items]</c>.</param>
    /// <returns>The user's items, <c>[items]</c>; the recommended one itself only if the user has no other.</returns>
    public static int[] Find(ItemScorer score, InteractionSet set, int user, IReadOnlyList<int> items)
    {
        int[] own = [.. set.Events.Items[set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1]].Reverse().Distinct().Take(MaxOwn)];
        using var alone = set.Variants(user, [.. own.Select(item => new Func<int, bool>(other => other == item))]);
        var scores = score(alone, [.. Enumerable.Range(0, own.Length)]);
        return [.. items.Select(item => Enumerable.Range(0, own.Length)
            .OrderBy(i => own[i] == item).ThenByDescending(i => scores.Row(i)[item]).Select(i => own[i]).First())];
    }
}
