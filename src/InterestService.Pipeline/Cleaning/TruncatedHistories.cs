using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Users as they were when less was known of them: their histories cut after the first 1, 2, 4, 8 ... different items.
/// What an encoder makes of a beginning, beside what it makes of the whole, tells how far to trust it on users who did no more. Where
/// nobody has done much, all users as they are.
/// </summary>
/// <param name="Set">The beginnings as users, over the items of the whole set.</param>
/// <param name="Users">Whose beginning each is, as a row of the whole set, <c>[beginnings]</c>.</param>
public sealed record TruncatedHistories(InteractionSet Set, int[] Users)
{
    // The whole has so many times as many items as the beginning: with fewer it would know little better, and who has far more may be
    // of another kind than those who did no more than the beginning.
    private const int MinGrowth = 4;
    private const int MaxGrowth = 16;

    /// <summary>Most users for one length; the standard error of a part of them is then a per cent.</summary>
    private const int MaxUsers = 2000;

    /// <param name="set">The whole.</param>
    /// <param name="actWeights">As <paramref name="set"/> was weighed.</param>
    /// <param name="options">The same.</param>
    public static TruncatedHistories Create(InteractionSet set, CleaningOptions actWeights, WeightingOptions options)
    {
        var log = set.Events;
        int[] counts = set.ItemCounts;
        var (users, offsets, events) = (new List<int>(), new List<int> { 0 }, new List<int>());
        for (int items = 1; items * MinGrowth <= counts.Max(); items *= 2)
        {
            int[] grown = [.. Enumerable.Range(0, counts.Length)
                .Where(user => counts[user] >= items * MinGrowth && counts[user] < items * MaxGrowth)];
            int step = (grown.Length + MaxUsers - 1) / MaxUsers;
            foreach (int user in grown.Where((_, i) => i % step == 0))
            {
                events.AddRange(Enumerable.Range(log.UserOffsets[user], End(log, user, items) - log.UserOffsets[user]));
                users.Add(user);
                offsets.Add(events.Count);
            }
        }

        if (users.Count == 0) return new TruncatedHistories(set, [.. Enumerable.Range(0, set.UserCount)]);
        var beginnings = log.Pick([.. users.Select(user => log.UserIds[user])], [.. offsets], CollectionsMarshal.AsSpan(events)) with { Searches = null };
        return new TruncatedHistories(InteractionSet.Weigh(beginnings, actWeights, options), [.. users]);
    }

    /// <summary>The event with which a user comes to an item more than so many.</summary>
    private static int End(EventLog log, int user, int items)
    {
        var seen = new HashSet<int>();
        int e = log.UserOffsets[user];
        while (seen.Contains(log.Items[e]) || seen.Count < items) seen.Add(log.Items[e++]);
        return e;
    }
}
