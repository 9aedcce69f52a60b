using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>Finds acts that users took back.</summary>
internal static class UndoneActs
{
    /// <summary>
    /// Drops every undoing event with the act that it takes back: the latest one of the same user and item, before it or at the same time, that
    /// is not taken back yet. An undoing event without such an act says nothing, unless its type has a weight of its own. A rating replaces
    /// the user's earlier one of the same item and type.
    /// </summary>
    /// <param name="log">The events.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    public static void Drop(EventLog log, Column<bool> keep, TypeMeanings types)
    {
        if (!types.AnyTakesBack) return;
        var table = new UserTable<(int Item, int Type), Stack<int>>();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            var open = table.Clear();
            int end = log.UserOffsets[user + 1];
            for (int first = log.UserOffsets[user], next; first < end; first = next)
            {
                next = first + 1;
                while (next < end && log.Times[next] == log.Times[first]) next++;
                // Where times are dates, the order within one is unknown; an act comes before its undoing.
                for (int e = first; e < next; e++)
                    if (keep[e] && log.Items[e] != EventLog.NoItem && !types.Undoes(log.Types[e])) Open(open, e);
                for (int e = first; e < next; e++)
                    if (keep[e] && log.Items[e] != EventLog.NoItem && types.Undoes(log.Types[e])) TakeBack(open, e);
            }
        }

        void Open(Dictionary<(int Item, int Type), Stack<int>> open, int e)
        {
            int type = log.Types[e];
            if (!types.IsRating(type) && types.Opposites(type).Length == 0) return;
            if (!open.TryGetValue((log.Items[e], type), out var acts)) open.Add((log.Items[e], type), acts = []);
            if (types.IsRating(type) && acts.TryPop(out int replaced)) keep[replaced] = false;
            acts.Push(e);
        }

        void TakeBack(Dictionary<(int Item, int Type), Stack<int>> open, int e)
        {
            Stack<int>? latest = null;
            foreach (int type in types.TakesBack(log.Types[e]))
            {
                if (open.TryGetValue((log.Items[e], type), out var acts) && acts.Count > 0 && (latest is null || acts.Peek() > latest.Peek()))
                    latest = acts;
            }

            if (latest is not null) keep[latest.Pop()] = false;
            keep[e] = latest is null && types.Weight(log.Types[e]) != 0;
        }
    }
}
