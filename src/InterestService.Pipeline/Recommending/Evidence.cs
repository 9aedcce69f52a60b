using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Recommending;

/// <summary>What of a user's own history speaks for an item.</summary>
/// <param name="Item">The user's item; <see cref="EventLog.NoItem"/> when it is a search.</param>
/// <param name="Query">What the user searched for; null when it is an item.</param>
public sealed record OwnEvidence(int Item, string? Query);

/// <summary>Explains recommended items by items and searches of the user.</summary>
public static class Evidence
{
    /// <summary>Maximum number of a user's items, the latest ones, and of searches, which bounds the cost of an answer.</summary>
    private const int MaxOwn = 10;

    /// <summary>
    /// Finds, for each recommended item, the user's item or search that scores it highest if the user has no other, provided that the score
    /// is above those of random pairs, and that the whole history speaks for the item as well: the best of several could be so by chance.
    /// </summary>
    /// <param name="score">Scores the items of the set, and perhaps others after them.</param>
    /// <param name="chance">Scores of random pairs by the same scorer.</param>
    /// <param name="set">A set whose users have items or searches.</param>
    /// <param name="user">Row of the set.</param>
    /// <param name="items">Recommended items, <c>[items]</c>.</param>
    /// <returns>The evidence, <c>[items]</c>; null where nothing speaks for an item. The recommended item itself is no evidence.</returns>
    public static OwnEvidence?[] Find(ItemScorer score, ChanceScores chance, InteractionSet set, int user, IReadOnlyList<int> items)
    {
        var (own, scores) = ScoreAlone(score, chance.ItemCount, set, user);
        float[] whole = new float[chance.ItemCount];
        score(set, [user], new Matrix(1, whole.Length, whole));
        return [.. items.Select(item => Enumerable.Range(0, own.Length)
            .Where(i => own[i].Item != item && chance.IsMeanBelow(item, whole[item]) && chance.AreBelow(item, scores[i].Span[item]))
            .OrderByDescending(i => scores[i].Span[item]).Select(i => own[i]).FirstOrDefault())];
    }

    /// <summary>Scores all items for each of the user's latest items alone, and for each of the weightiest searches alone.</summary>
    private static (OwnEvidence[] Own, ReadOnlyMemory<float>[] Scores) ScoreAlone(ItemScorer score, int itemCount, InteractionSet set, int user)
    {
        int[] items = [.. set.Events.Items[set.Events.UserOffsets[user]..set.Events.UserOffsets[user + 1]].Reverse().Distinct().Take(MaxOwn)];
        int[] searches = set.Searches is { } all
            ? [.. Enumerable.Range(all.RowOffsets[user], all.RowOffsets[user + 1] - all.RowOffsets[user]).OrderByDescending(entry => all.Weights[entry]).Take(MaxOwn)]
            : [];
        var scores = new List<ReadOnlyMemory<float>>();
        using (var alone = set.Variants(user, [.. items.Select(item => new Func<int, bool>(other => other == item))]))
            Add(alone with { Searches = null }, items.Length);
        using (var alone = set.Variants(user, [.. searches.Select(_ => new Func<int, bool>(_ => false))]))
            Add(alone with { Searches = set.Searches?.Single(searches) }, searches.Length);
        return (
            [
                .. items.Select(item => new OwnEvidence(item, null)),
                .. searches.Select(entry => new OwnEvidence(EventLog.NoItem, set.Searches!.Texts[set.Searches.Columns[entry]])),
            ],
            [.. scores]);

        void Add(InteractionSet alone, int count)
        {
            if (count == 0) return;
            var all = new Matrix(count, itemCount);
            score(alone, alone.AllUsers(), all);
            for (int row = 0; row < count; row++) scores.Add(all.Values.AsMemory(row * all.Columns, all.Columns));
        }
    }
}
