using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Removes the events of an <see cref="EventLog"/> that carry no information about interests, step by step, and counts what
/// each step removed. Each step only clears flags in one mask; the log is compacted once, at the end. The result does not depend on the
/// order in which the events arrived, but as <see cref="TieOrder"/> says.
/// </summary>
public sealed class EventCleaner : IDisposable
{
    private readonly EventLog _log;
    private readonly CleaningOptions _options;
    private readonly EventUse _use;
    private readonly TypeMeanings _types;
    private readonly DateStamps _dates;
    private readonly Column<int> _order;
    private readonly Column<bool> _keep;
    private readonly bool[] _unknown;
    private readonly bool[] _unsupported;
    private readonly List<CleaningStep> _steps = [];
    private int _remainingEvents;
    private int _remainingUsers;

    private EventCleaner(EventLog log, CleaningOptions options, EventUse use)
    {
        _log = log;
        _options = options;
        _use = use;
        _types = new TypeMeanings(log.TypeNames, options.Meanings);
        _dates = DateStamps.Find(log);
        _order = TieOrder.Find(log, _dates, byArrival: use.Order);
        _keep = new Column<bool>(log.EventCount);
        _keep.Span.Fill(true);
        (_unknown, _unsupported) = (new bool[log.ItemIds.Length], new bool[log.ItemIds.Length]);
        _remainingEvents = log.EventCount;
        _remainingUsers = log.UserIds.Length;
    }

    /// <summary>Cleans a log.</summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <param name="options">Rules.</param>
    /// <param name="use">What the encoder reads. Default: events on items, in their order.</param>
    /// <param name="knows">Whether an item is known; events on others are removed. Null: all are.</param>
    /// <returns>
    /// A log of its own with the remaining events, in their order, without unused users and items; and the counts of the steps. Its events
    /// all have an item; searches without one are in <see cref="EventLog.Searches"/> alone. Names are in ordinal order.
    /// </returns>
    public static (EventLog Log, IReadOnlyList<CleaningStep> Steps) Clean(
        EventLog log, CleaningOptions options, EventUse? use = null, Func<int, bool>? knows = null)
    {
        using var cleaner = new EventCleaner(log, options, use ?? new EventUse());
        var preferences = cleaner.DropMeaningless();
        cleaner.Step("robots", cleaner.DropRobots);
        cleaner.Step("disliked", () => DislikedItems.Drop(log, cleaner._keep, cleaner._types, preferences));
        if (knows is not null) cleaner.Step("unknown", () => cleaner.DropUnknown(knows));
        cleaner.Step("support", cleaner.DropUnsupported);
        return (cleaner.Compact(preferences), cleaner._steps);
    }

    /// <summary>Selects the events by which users say that they dislike items: those that <see cref="Clean"/> leaves out for that reason.</summary>
    /// <param name="log">Events, which this method only reads.</param>
    /// <param name="options">Rules; those about robots and support do not apply.</param>
    /// <param name="knows">Whether an item is known; events on others are removed.</param>
    /// <returns>A log of its own, as that of <see cref="Clean"/>; every event has a weight below 0.</returns>
    public static EventLog SelectDisliked(EventLog log, CleaningOptions options, Func<int, bool> knows)
    {
        using var cleaner = new EventCleaner(log, options, new EventUse());
        var preferences = cleaner.DropMeaningless();
        cleaner.Step("liked", () => DislikedItems.Drop(log, cleaner._keep, cleaner._types, preferences, disliked: true));
        cleaner.Step("unknown", () => cleaner.DropUnknown(knows));
        return cleaner.Compact(preferences);
    }

    /// <summary>Removes events that say nothing of an item, and what was taken back; reads the preferences of the others.</summary>
    private Preferences DropMeaningless()
    {
        var weights = new EventWeights(_types, _log.OriginNames, _options.Meanings);
        long latest = _options.LatestTime.ToUnixTimeMilliseconds();
        Step("withoutItem", () => Drop(e => _log.Items[e] == EventLog.NoItem && QueryOf(e) == SearchLog.NoQuery));
        Step("withoutWeight", () => Drop(e => !weights.Counts(_log.Types[e], _log.OriginOf(e))));
        Step("future", () => Drop(e => _log.Times[e] > latest));
        Step("repeated", () => RepeatedActs.Drop(_log, _keep, _types, _options.RepeatWindow));
        Step("undone", () => UndoneActs.Drop(_log, _keep, _types));
        return Preferences.Create(_log, _keep, _types, _options.Meanings);
    }

    private void Step(string name, Action drop) => Step(name, () =>
    {
        drop();
        return null;
    });

    private void Step(string name, Func<RobotRates?> drop)
    {
        var rates = drop();
        int events = 0, users = 0;
        for (int user = 0; user < _log.UserIds.Length; user++)
        {
            int kept = _keep.Span[_log.UserOffsets[user].._log.UserOffsets[user + 1]].Count(true);
            events += kept;
            if (kept > 0) users++;
        }

        _steps.Add(new CleaningStep(name, _remainingEvents - events, _remainingUsers - users, events, users, rates));
        (_remainingEvents, _remainingUsers) = (events, users);
    }

    public void Dispose()
    {
        _keep.Dispose();
        _order.Dispose();
    }

    /// <summary>The kept events of a user, in their order.</summary>
    private IEnumerable<int> KeptOf(int user)
    {
        for (int i = _log.UserOffsets[user]; i < _log.UserOffsets[user + 1]; i++)
        {
            int e = _order.Length == 0 ? i : _order[i];
            if (_keep[e]) yield return e;
        }
    }

    /// <summary>The query of an event; none where the encoder does not read queries.</summary>
    private int QueryOf(int e) => _use.Searches == SearchUse.None ? SearchLog.NoQuery : _log.Searches?.QueryOf(e) ?? SearchLog.NoQuery;

    private void Drop(Func<int, bool> noise)
    {
        for (int e = 0; e < _keep.Length; e++)
            if (_keep[e] && noise(e)) _keep[e] = false;
    }

    /// <summary>Removes events on unknown items, but for searches: their queries count.</summary>
    private void DropUnknown(Func<int, bool> knows)
    {
        for (int item = 0; item < _unknown.Length; item++) _unknown[item] = !knows(item);
        Drop(e => _log.Items[e] is not EventLog.NoItem and var item && _unknown[item] && QueryOf(e) == SearchLog.NoQuery);
    }

    private RobotRates? DropRobots()
    {
        var (robots, rates) = new RobotDetector(_log, _dates, _options).Find(_keep);
        foreach (int user in robots) _keep.Span[_log.UserOffsets[user].._log.UserOffsets[user + 1]].Clear();
        return rates;
    }

    /// <summary>
    /// Dropping a user can take an item below its support, and the reverse, so the step repeats until nothing changes. A query needs no
    /// support: its words are what it shares with others. It keeps its event where the item has none.
    /// </summary>
    private void DropUnsupported()
    {
        int[] itemUsers = new int[_log.ItemIds.Length], lastUsers = new int[_log.ItemIds.Length];
        int[] lastSearchers = new int[_log.Searches?.Texts.Length ?? 0];
        int minimumItemUsers = _options.MinimumItemUsers ?? (_use.LoneItems ? 1 : 2);
        for (bool changed = true; changed;)
        {
            changed = false;
            Array.Clear(itemUsers);
            Array.Fill(lastUsers, -1);
            for (int user = 0; user < _log.UserIds.Length; user++)
                foreach (int e in KeptOf(user))
                    if (_log.Items[e] is not EventLog.NoItem and var item && IsNew(lastUsers, item, user)) itemUsers[item]++;

            for (int item = 0; item < itemUsers.Length; item++) _unsupported[item] = _unknown[item] || itemUsers[item] < minimumItemUsers;
            Array.Fill(lastUsers, -1);
            Array.Fill(lastSearchers, -1);
            for (int user = 0; user < _log.UserIds.Length; user++)
            {
                int kept = 0, items = 0, queries = 0;
                foreach (int e in KeptOf(user))
                {
                    int item = SupportedItem(e), query = QueryOf(e);
                    if (item == EventLog.NoItem && query == SearchLog.NoQuery) (_keep[e], changed) = (false, true);
                    else kept++;
                    if (item != EventLog.NoItem && IsNew(lastUsers, item, user)) items++;
                    if (query != SearchLog.NoQuery && IsNew(lastSearchers, query, user)) queries++;
                }

                if (kept == 0 || (items + queries >= _options.MinimumUserItems && (items > 0 || _use.Searches == SearchUse.Alone))) continue;
                foreach (int e in KeptOf(user)) _keep[e] = false;
                changed = true;
            }
        }

        static bool IsNew(int[] last, int what, int user)
        {
            if (last[what] == user) return false;
            last[what] = user;
            return true;
        }
    }

    /// <summary>The item of an event if it has support.</summary>
    private int SupportedItem(int e) => _log.Items[e] is not EventLog.NoItem and var item && !_unsupported[item] ? item : EventLog.NoItem;

    private EventLog Compact(Preferences preferences)
    {
        var (userIds, users) = (new List<string>(_remainingUsers), new List<int>(_remainingUsers));
        var (offsets, searchOffsets) = (new int[_remainingUsers + 1], new int[_remainingUsers + 1]);
        using var kept = new Column<int>(_remainingEvents);
        var searches = new List<int>();
        int count = 0;
        for (int user = 0; user < _log.UserIds.Length; user++)
        {
            int before = count + searches.Count;
            foreach (int e in KeptOf(user))
            {
                if (SupportedItem(e) != EventLog.NoItem) kept[count++] = e;
                if (QueryOf(e) != SearchLog.NoQuery) searches.Add(_log.Searches!.IndexOf(e));
            }

            if (count + searches.Count == before) continue;
            userIds.Add(_log.UserIds[user]);
            users.Add(user);
            (offsets[userIds.Count], searchOffsets[userIds.Count]) = (count, searches.Count);
        }

        Column<float> factors = _log.Values.Length == 0 ? [] : new Column<float>(count);
        if (factors.Length > 0)
        {
            for (int row = 0; row < users.Count; row++)
                for (int i = offsets[row]; i < offsets[row + 1]; i++) factors[i] = preferences.Factor(users[row], kept[i]);
        }

        var log = (_log with { Values = [] }).Pick([.. userIds], offsets, kept.Span[..count]);
        return log with
        {
            ItemIds = Vocabularies.Compact(log.Items.Span, log.ItemIds, StringComparer.Ordinal),
            TypeNames = Vocabularies.Compact(log.Types.Span, log.TypeNames, StringComparer.Ordinal),
            OriginNames = log.Origins.Length == 0 ? log.OriginNames : Vocabularies.Compact(log.Origins.Span, log.OriginNames, EventOrigin.Comparer),
            Searches = searches.Count == 0 ? null : _log.Searches!.Pick(searchOffsets, searches),
            Preferences = factors,
            RatingScales = preferences.Scales,
        };
    }
}

/// <summary>What one step of cleaning removed.</summary>
/// <param name="Step"><c>withoutItem</c>, <c>withoutWeight</c>, <c>future</c>, <c>repeated</c>, <c>undone</c>, <c>robots</c>, <c>disliked</c> or <c>support</c>.</param>
/// <param name="RemovedEvents">Events removed by this step.</param>
/// <param name="RemovedUsers">Users left without any event by this step.</param>
/// <param name="RemainingEvents">Events left after this step, searches without an item included where the encoder reads them.</param>
/// <param name="RemainingUsers">Users left after this step.</param>
/// <param name="Rates">How rates were judged; null except for <c>robots</c>.</param>
public sealed record CleaningStep(
    string Step, int RemovedEvents, int RemovedUsers, int RemainingEvents, int RemainingUsers, RobotRates? Rates = null);
