using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Histories of users, truncated after the first 1, 2, 4, 8 ... different items. The difference between the vector of a truncated history
/// and that of the whole measures how reliable an encoder is for users with as few items. If all histories are short, they are the whole
/// histories of all users.
/// </summary>
/// <param name="Set">The truncated histories as users, over the items of the whole set.</param>
/// <param name="Users">Row of each in the whole set, <c>[histories]</c>.</param>
public sealed record TruncatedHistories(InteractionSet Set, int[] Users) : IDisposable
{
    // Ratio of the items of the whole history to those of the truncated one: with fewer, the whole is hardly more reliable; users with far
    // more may differ in kind from users who have no more than the truncated history.
    private const int MinGrowth = 4;
    private const int MaxGrowth = 16;

    /// <summary>Maximum number of users for each length; the standard error of a share of them is then 1 %.</summary>
    private const int MaxUsers = 2000;

    private bool _ownsSet;

    /// <summary>Truncates the histories of a set.</summary>
    /// <param name="set">The whole histories; the caller disposes them, and not before the truncated ones are used.</param>
    /// <param name="meanings">Weights of acts that <paramref name="set"/> was made with.</param>
    /// <param name="weighting">Ageing that <paramref name="set"/> was made with.</param>
    public static TruncatedHistories Create(InteractionSet set, EventMeanings meanings, WeightingOptions weighting)
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
        var truncated = log.Pick([.. users.Select(user => log.UserIds[user])], [.. offsets], CollectionsMarshal.AsSpan(events)) with { Searches = null };
        return new TruncatedHistories(InteractionWeighting.Apply(truncated, meanings, weighting), [.. users]) { _ownsSet = true };
    }

    public void Dispose()
    {
        if (_ownsSet) Set.Dispose();
    }

    /// <summary>Returns the end of a history with so many different items: the first event on one more.</summary>
    private static int End(EventLog log, int user, int items)
    {
        var seen = new HashSet<int>();
        int e = log.UserOffsets[user];
        while (seen.Contains(log.Items[e]) || seen.Count < items) seen.Add(log.Items[e++]);
        return e;
    }
}
