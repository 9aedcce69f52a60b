using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Recommending;

/// <summary>Which of a user's own items speaks for others.</summary>
public static class Evidence
{
    /// <summary>Of the user's items the latest so many are asked: the cost of an answer stays small whoever it is for.</summary>
    private const int MaxOwn = 10;

    /// <summary>The own item that, had the user nothing else, would score each item highest.</summary>
    /// <param name="encoder">Trained on the items of the set.</param>
    /// <param name="set">Its users have items.</param>
    /// <param name="user">Row of the set.</param>
    /// <param name="items">Recommended, <c>[items]</c>.</param>
    /// <returns>Own items, none of them the recommended one where the user has another, <c>[items]</c>.</returns>
    public static int[] Find(IUserEncoder encoder, InteractionSet set, int user, IReadOnlyList<int> items)
    {
        int[] own = [.. set.Events.Items[set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1]].Reverse().Distinct().Take(MaxOwn)];
        var alone = set.Variants(user, [.. own.Select(item => new Func<int, bool>(other => other == item))]);
        var scores = encoder.Score(alone, [.. Enumerable.Range(0, own.Length)]);
        return [.. items.Select(item => Enumerable.Range(0, own.Length)
            .OrderBy(i => own[i] == item).ThenByDescending(i => scores.Row(i)[item]).Select(i => own[i]).First())];
    }
}
