using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Removes the events of an <see cref="EventLog"/> that carry no information about interests, step by step, and counts what
/// each step removed. Each step only clears flags in one mask; the log is compacted once, at the end.
/// </summary>
public sealed class EventCleaner : IDisposable
{
    private const long MillisecondsPerHour = 3_600_000;

    private readonly EventLog _log;
    private readonly CleaningOptions _options;
    private readonly TypeMeanings _types;
    private readonly Column<bool> _keep;
    private readonly List<CleaningStep> _steps = [];
    private int _remainingEvents;
    private int _remainingUsers;

    private EventCleaner(EventLog log, CleaningOptions options)
    {
        _log = log;
        _options = options;
        _types = new TypeMeanings(log.TypeNames, options.Meanings);
        _keep = new Column<bool>(log.EventCount);
        _keep.Span.Fill(true);
        _remainingEvents = log.EventCount;
        _remainingUsers = log.UserIds.Length;
    }

    /// <summary>Cleans a log.</summary>
    /// <param name="log">The events, which this method only reads.</param>
    /// <param name="options">The rules.</param>
    /// <param name="knows">Whether an item is known; events on others are removed. Null: all are.</param>
    /// <returns>A log of its own with the remaining events, in their order, without unused users and items; and the counts of the steps.</returns>
    public static (EventLog Log, IReadOnlyList<CleaningStep> Steps) Clean(EventLog log, CleaningOptions options, Func<int, bool>? knows = null)
    {
        using var cleaner = new EventCleaner(log, options);
        var preferences = cleaner.DropMeaningless();
        cleaner.Step("robots", cleaner.DropRobots);
        cleaner.Step("disliked", () => DislikedItems.Drop(log, cleaner._keep, cleaner._types, preferences));
        if (knows is not null) cleaner.Step("unknown", () => cleaner.Drop(e => !knows(log.Items[e])));
        cleaner.Step("support", cleaner.DropUnsupported);
        return (cleaner.Compact(preferences), cleaner._steps);
    }

    /// <summary>Selects the events by which users say that they dislike items: those that <see cref="Clean"/> leaves out for that reason.</summary>
    /// <param name="log">The events, which this method only reads.</param>
    /// <param name="options">The rules; those about robots and support do not apply.</param>
    /// <param name="knows">Whether an item is known; events on others are removed.</param>
    /// <returns>A log of its own, as that of <see cref="Clean"/>; every event has a weight below 0.</returns>
    public static EventLog SelectDisliked(EventLog log, CleaningOptions options, Func<int, bool> knows)
    {
        using var cleaner = new EventCleaner(log, options);
        var preferences = cleaner.DropMeaningless();
        cleaner.Step("liked", () => DislikedItems.Drop(log, cleaner._keep, cleaner._types, preferences, disliked: true));
        cleaner.Step("unknown", () => cleaner.Drop(e => !knows(log.Items[e])));
        return cleaner.Compact(preferences);
    }

    /// <summary>Removes events that say nothing of an item, and what was taken back; reads the preferences of the others.</summary>
    private Preferences DropMeaningless()
    {
        var weights = new EventWeights(_types, _log.OriginNames, _options.Meanings);
        long latest = _options.LatestTime.ToUnixTimeMilliseconds();
        Step("withoutItem", () => Drop(e => _log.Items[e] == EventLog.NoItem));
        Step("withoutWeight", () => Drop(e => !weights.Counts(_log.Types[e], _log.OriginOf(e))));
        Step("future", () => Drop(e => _log.Times[e] > latest));
        Step("repeated", () => RepeatedActs.Drop(_log, _keep, _types, _options.RepeatWindow));
        Step("undone", () => UndoneActs.Drop(_log, _keep, _types));
        return Preferences.Create(_log, _keep, _types, _options.Meanings);
    }

    private void Step(string name, Action drop)
    {
        drop();
        int events = 0, users = 0;
        for (int user = 0; user < _log.UserIds.Length; user++)
        {
            int kept = _keep.Span[_log.UserOffsets[user].._log.UserOffsets[user + 1]].Count(true);
            events += kept;
            if (kept > 0) users++;
        }

        _steps.Add(new CleaningStep(name, _remainingEvents - events, _remainingUsers - users, events, users));
        (_remainingEvents, _remainingUsers) = (events, users);
    }

    public void Dispose() => _keep.Dispose();

    /// <summary>The kept events of a user, in their order.</summary>
    private IEnumerable<int> KeptOf(int user)
    {
        for (int e = _log.UserOffsets[user]; e < _log.UserOffsets[user + 1]; e++)
            if (_keep[e]) yield return e;
    }

    private void Drop(Func<int, bool> noise)
    {
        for (int e = 0; e < _keep.Length; e++)
            if (_keep[e] && noise(e)) _keep[e] = false;
    }

    /// <summary>
    /// A robot's rate (events per active hour) lies far above the population's. Rates are roughly log-normal, so the
    /// distance is taken on logarithms, by median and MAD, which are robust to the robots themselves (Iglewicz and Hoaglin,
    /// "How to Detect and Handle Outliers", 1993).
    /// </summary>
    private void DropRobots()
    {
        double[] rates = [.. Enumerable.Range(0, _log.UserIds.Length).Select(user => EventsPerActiveHour(user))];
        double[] logs = [.. rates.Where(rate => rate > 0).Select(rate => Math.Log(rate))];
        if (logs.Length == 0) return;

        double median = Median(logs);
        double deviation = 1.4826 * Median([.. logs.Select(x => Math.Abs(x - median))]);
        // Where nearly all users have one rate the MAD is 0; a tenth on the log scale allows for ordinary variation.
        double limit = Math.Max(_options.RobotMinimumRate, Math.Exp(median + _options.RobotDeviations * Math.Max(deviation, .1)));
        for (int user = 0; user < rates.Length; user++)
            if (rates[user] > limit) _keep.Span[_log.UserOffsets[user].._log.UserOffsets[user + 1]].Clear();
    }

    private double EventsPerActiveHour(int user)
    {
        int events = 0, hours = 0;
        long lastHour = long.MinValue;
        foreach (int e in KeptOf(user))
        {
            long hour = _log.Times[e] / MillisecondsPerHour;
            if (hour != lastHour) hours++;
            lastHour = hour;
            events++;
        }

        return events == 0 ? 0 : (double)events / hours;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>Dropping a user can take an item below its support, and the reverse, so the step repeats until nothing changes.</summary>
    private void DropUnsupported()
    {
        int[] itemUsers = new int[_log.ItemIds.Length], lastUsers = new int[_log.ItemIds.Length];
        for (bool changed = true; changed;)
        {
            changed = false;
            Array.Clear(itemUsers);
            Array.Fill(lastUsers, -1);
            for (int user = 0; user < _log.UserIds.Length; user++)
                foreach (int e in KeptOf(user))
                    if (IsNew(_log.Items[e], user)) itemUsers[_log.Items[e]]++;

            Array.Fill(lastUsers, -1);
            for (int user = 0; user < _log.UserIds.Length; user++)
            {
                int items = 0;
                foreach (int e in KeptOf(user))
                {
                    if (itemUsers[_log.Items[e]] < _options.MinimumItemUsers) (_keep[e], changed) = (false, true);
                    else if (IsNew(_log.Items[e], user)) items++;
                }

                if (items == 0 || items >= _options.MinimumUserItems) continue;
                foreach (int e in KeptOf(user)) _keep[e] = false;
                changed = true;
            }
        }

        bool IsNew(int item, int user)
        {
            if (lastUsers[item] == user) return false;
            lastUsers[item] = user;
            return true;
        }
    }

    private EventLog Compact(Preferences preferences)
    {
        var (userIds, users) = (new List<string>(_remainingUsers), new List<int>(_remainingUsers));
        int[] offsets = new int[_remainingUsers + 1];
        using var kept = new Column<int>(_remainingEvents);
        Column<float> factors = _log.Values.Length == 0 ? [] : new Column<float>(_remainingEvents);
        int count = 0;
        for (int user = 0; user < _log.UserIds.Length; user++)
        {
            int before = count;
            foreach (int e in KeptOf(user))
            {
                if (factors.Length > 0) factors[count] = preferences.Factor(user, e);
                kept[count++] = e;
            }

            if (count == before) continue;
            userIds.Add(_log.UserIds[user]);
            users.Add(user);
            offsets[users.Count] = count;
        }

        var log = (_log with { Values = [] }).Pick([.. userIds], offsets, kept.Span);
        return log with
        {
            ItemIds = Renumber(log.Items, log.ItemIds),
            TypeNames = Renumber(log.Types, log.TypeNames),
            OriginNames = log.Origins.Length == 0 ? log.OriginNames : Renumber(log.Origins, log.OriginNames),
            Searches = _log.Searches?.Select(users),
            Preferences = factors,
            RatingScales = preferences.Scales,
        };
    }

    /// <summary>Renumbers indexes of names by the order in which they first occur, and returns the names that occur.</summary>
    private static T[] Renumber<T>(Column<int> indexes, T[] names)
    {
        int[] numbers = new int[names.Length];
        Array.Fill(numbers, -1);
        var used = new List<T>();
        foreach (ref int index in indexes.Span)
        {
            ref int number = ref numbers[index];
            if (number < 0)
            {
                number = used.Count;
                used.Add(names[index]);
            }

            index = number;
        }

        return [.. used];
    }
}

/// <summary>What one step of cleaning removed.</summary>
/// <param name="Step"><c>withoutItem</c>, <c>withoutWeight</c>, <c>future</c>, <c>repeated</c>, <c>undone</c>, <c>robots</c>, <c>disliked</c> or <c>support</c>.</param>
/// <param name="RemovedEvents">Events removed by this step.</param>
/// <param name="RemovedUsers">Users left without any event by this step.</param>
/// <param name="RemainingEvents">Events left after this step.</param>
/// <param name="RemainingUsers">Users left after this step.</param>
public sealed record CleaningStep(string Step, int RemovedEvents, int RemovedUsers, int RemainingEvents, int RemainingUsers);
