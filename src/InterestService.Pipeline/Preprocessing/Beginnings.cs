namespace InterestService.Pipeline.Preprocessing;

/// <summary>
/// The most active users as they were when little was known of them: their histories cut after the first 1, 2, 4, 8 ... different items.
/// What an encoder makes of a beginning, beside what it makes of the whole, tells how far to trust it on users who did no more. Where
/// nobody has done much, all users as they are.
/// </summary>
/// <param name="Set">The beginnings as users, over the items of the whole set.</param>
/// <param name="Users">Whose beginning each is, as a row of the whole set, <c>[beginnings]</c>.</param>
public sealed record Beginnings(InteractionSet Set, int[] Users)
{
    /// <summary>The whole has at least so many times as many items as the beginning: else it would know little better.</summary>
    private const int Growth = 4;

    /// <summary>Most users, and the largest part of all; the figures' standard error is then a per cent.</summary>
    private const int MostUsers = 2000;
    private const double Part = .25;

    /// <param name="set">The whole.</param>
    /// <param name="actWeights">As <paramref name="set"/> was weighed.</param>
    /// <param name="options">The same.</param>
    public static Beginnings Of(InteractionSet set, CleaningOptions actWeights, WeightingOptions options)
    {
        var log = set.Events;
        int[] active = [.. Enumerable.Range(0, set.UserCount).OrderByDescending(user => set.ColumnsOf(user).Length)
            .Take(Math.Min(MostUsers, (int)Math.Ceiling(Part * set.UserCount)))];
        var (users, offsets, events) = (new List<int>(), new List<int> { 0 }, new List<int>());
        foreach (int user in active)
            for (int items = 1; items * Growth <= set.ColumnsOf(user).Length; items *= 2)
            {
                events.AddRange(Enumerable.Range(log.UserOffsets[user], End(log, user, items) - log.UserOffsets[user]));
                users.Add(user);
                offsets.Add(events.Count);
            }

        if (users.Count == 0) return new Beginnings(set, [.. Enumerable.Range(0, set.UserCount)]);
        var beginnings = log.Pick([.. users.Select(user => log.UserIds[user])], [.. offsets], events) with { Searches = null };
        return new Beginnings(InteractionSet.Weigh(beginnings, actWeights, options), [.. users]);
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
