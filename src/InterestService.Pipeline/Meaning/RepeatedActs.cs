using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>Finds acts that are repeated at once, such as a reload or a double click.</summary>
internal static class RepeatedActs
{
    /// <summary>
    /// Drops the events that follow another one of the same user, item (or query) and type within a window, unless the act was taken back in between.
    /// A rating is never a repeat: a later one replaces it (<see cref="UndoneActs"/>).
    /// </summary>
    /// <param name="log">The events.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    /// <param name="window">Events this far apart are acts of their own.</param>
    public static void Drop(EventLog log, Column<bool> keep, TypeMeanings types, TimeSpan window)
    {
        long milliseconds = (long)window.TotalMilliseconds;
        var last = new UserTable<(int What, int Type), long>();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            var before = last.Clear();
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                if (!keep[e] || types.IsRating(log.Types[e])) continue;
                // A search without an item has its query instead.
                int what = log.Items[e] == EventLog.NoItem ? ~(log.Searches?.QueryOf(e) ?? SearchLog.NoQuery) : log.Items[e];
                var act = (what, log.Types[e]);
                keep[e] = !before.TryGetValue(act, out long time) || log.Times[e] - time >= milliseconds;
                before[act] = log.Times[e];
                foreach (int opposite in types.Opposites(log.Types[e])) before.Remove((what, opposite));
            }
        }
    }
}

/// <summary>A dictionary for one user after the other.</summary>
internal sealed class UserTable<TKey, TValue>
    where TKey : notnull
{
    private const int Large = 1024;

    private Dictionary<TKey, TValue> _values = [];

    /// <summary>Returns the dictionary, empty, for the next user.</summary>
    public Dictionary<TKey, TValue> Clear()
    {
        // The cost of clearing follows the capacity, which the busiest user so far determines.
        if (_values.Capacity > Large) _values = [];
        else _values.Clear();
        return _values;
    }
}
