using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>Finds acts that users took back.</summary>
public sealed class UndoneActs
{
    private const int None = -1;

    private readonly EventLog _log;
    private readonly Column<bool> _keep;
    private readonly TypeMeanings _types;

    /// <summary>The latest act of the current user that is not taken back, by item and type.</summary>
    private readonly UserTable<(int Item, int Type), int> _latest = new();

    /// <summary>The act before each act of the current user, by its place among the user's events; acts taken back left out.</summary>
    private int[] _before = [];

    private UndoneActs(EventLog log, Column<bool> keep, TypeMeanings types) => (_log, _keep, _types) = (log, keep, types);

    /// <summary>Finds the acts that were taken back, including repeats of the same act.</summary>
    /// <param name="log">The events.</param>
    /// <param name="meanings">What types mean.</param>
    /// <param name="repeatWindow">The same act again within this time is one act.</param>
    /// <returns>Whether an event is such an act, <c>[events]</c>.</returns>
    public static bool[] Find(EventLog log, EventMeanings meanings, TimeSpan repeatWindow)
    {
        var types = new TypeMeanings(log.TypeNames, meanings);
        using Column<bool> once = [.. Enumerable.Repeat(true, log.EventCount)];
        RepeatedActs.Drop(log, once, types, repeatWindow);
        using Column<bool> keep = [.. once];
        Drop(log, keep, types);
        bool[] undone = new bool[log.EventCount];
        var last = new UserTable<(int Item, int Type), int>();
        for (int user = 0; user < log.UserIds.Length; user++)
        {
            var acts = last.Clear();
            for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
            {
                var act = (log.Items[e], log.Types[e]);
                if (once[e]) acts[act] = e;
                undone[e] = !types.Undoes(act.Item2) && !keep[acts[act]];
            }
        }

        return undone;
    }

    /// <summary>
    /// Drops every undoing event with the act that it takes back: the latest one of the same user and item, before it or at the same time, that
    /// is not taken back yet. An undoing event without such an act says nothing, unless its type has a weight of its own. A rating replaces
    /// the user's earlier one of the same item and type.
    /// </summary>
    /// <param name="log">The events.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    internal static void Drop(EventLog log, Column<bool> keep, TypeMeanings types)
    {
        if (!types.AnyTakesBack) return;
        var acts = new UndoneActs(log, keep, types);
        for (int user = 0; user < log.UserIds.Length; user++) acts.DropOf(log.UserOffsets[user], log.UserOffsets[user + 1]);
    }

    private void DropOf(int start, int end)
    {
        var latest = _latest.Clear();
        if (_before.Length < end - start) _before = new int[2 * (end - start)];
        for (int first = start, next; first < end; first = next)
        {
            next = first + 1;
            while (next < end && _log.Times[next] == _log.Times[first]) next++;
            // Where times are dates, the order within one is unknown; an act comes before its undoing.
            for (int e = first; e < next; e++)
                if (Counts(e) && !_types.Undoes(_log.Types[e])) Add(latest, e, start);
            for (int e = first; e < next; e++)
                if (Counts(e) && _types.Undoes(_log.Types[e])) TakeBack(latest, e, start);
        }
    }

    private bool Counts(int e) => _keep[e] && _log.Items[e] != EventLog.NoItem;

    private void Add(Dictionary<(int Item, int Type), int> latest, int e, int start)
    {
        var key = (_log.Items[e], _log.Types[e]);
        bool replaces = _types.IsRating(key.Item2);
        if (!replaces && _types.Opposites(key.Item2).Length == 0) return;
        int before = latest.GetValueOrDefault(key, None);
        if (replaces && before != None) (_keep[before], before) = (false, None);
        _before[e - start] = before;
        latest[key] = e;
    }

    private void TakeBack(Dictionary<(int Item, int Type), int> latest, int e, int start)
    {
        int act = None;
        foreach (int type in _types.TakesBack(_log.Types[e])) act = Math.Max(act, latest.GetValueOrDefault((_log.Items[e], type), None));
        _keep[e] = act == None && _types.Weight(_log.Types[e]) != 0;
        if (act == None) return;
        _keep[act] = false;
        latest[(_log.Items[act], _log.Types[act])] = _before[act - start];
    }
}
