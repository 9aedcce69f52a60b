namespace InterestService.Pipeline.Events;

/// <summary>
/// Tells dates without a time of day from times. Exports of warehouses give the date alone, so that its midnight, in UTC or in a local time
/// zone, stands for the whole day: neither the rate within the day nor the order of its events can be observed.
/// </summary>
internal sealed class DateStamps
{
    private const long Day = 86_400_000;

    /// <summary>Offsets of time zones are multiples of a quarter of an hour.</summary>
    private const long Quarter = 900_000;
    private const int Quarters = (int)(Day / Quarter);
    private const int QuartersAnHour = 4;

    /// <summary>Part of a source's events at one time of day, to the millisecond, that observed times do not reach.</summary>
    private const double MinShare = .2;

    /// <summary>Part of a source's events on two times of day an hour apart, which are midnight with and without daylight saving time.</summary>
    private const double MinShareOfBoth = .9;

    /// <summary>Minimum number of days for such a share: the events of one day may have happened at one time.</summary>
    private const int MinDays = 7;

    private readonly bool[][] _dates;

    private DateStamps(bool[][] dates) => _dates = dates;

    /// <summary>Finds the times of day that stand for dates, for each source of a log. Midnight in UTC always does.</summary>
    public static DateStamps Find(EventLog log)
    {
        string?[] sources = [.. log.OriginNames.Select(origin => origin.Source)];
        string?[] distinct = [.. sources.Distinct()];
        var counts = new SourceTimes[distinct.Length];
        for (int source = 0; source < counts.Length; source++) counts[source] = new SourceTimes();
        int[] sourceOf = [.. sources.Select(source => Array.IndexOf(distinct, source))];
        for (int e = 0; e < log.EventCount; e++) counts[sourceOf[log.OriginOf(e)]].Add(log.Times[e]);
        bool[][] dates = [.. counts.Select(times => times.Dates())];
        return new DateStamps([.. sourceOf.Select(source => dates[source])]);
    }

    /// <summary>Whether the time of an event stands for the whole day.</summary>
    /// <param name="origin">Origin of the event.</param>
    /// <param name="time">Milliseconds since 1970-01-01 UTC.</param>
    public bool IsDate(int origin, long time) => QuarterOf(time) is { } quarter && _dates[origin][quarter];

    /// <returns>The quarter of an hour of the day, from 0; null for a time between two of them.</returns>
    private static int? QuarterOf(long time)
    {
        long ofDay = ((time % Day) + Day) % Day;
        return ofDay % Quarter == 0 ? (int)(ofDay / Quarter) : null;
    }

    /// <summary>How often the events of one source are at each whole quarter of an hour.</summary>
    private sealed class SourceTimes
    {
        private readonly long[] _counts = new long[Quarters];
        private readonly HashSet<long>[] _days = [.. Enumerable.Range(0, Quarters).Select(_ => new HashSet<long>())];
        private long _total;

        public void Add(long time)
        {
            _total++;
            if (QuarterOf(time) is not { } quarter) return;
            _counts[quarter]++;
            if (_days[quarter].Count < MinDays) _days[quarter].Add((time - (quarter * Quarter)) / Day);
        }

        public bool[] Dates()
        {
            bool[] dates = new bool[Quarters];
            dates[0] = true;
            for (int quarter = 0; quarter < Quarters; quarter++)
            {
                if (_days[quarter].Count < MinDays || _counts[quarter] < MinShare * _total) continue;
                dates[quarter] = true;
                foreach (int other in (int[])[(quarter + QuartersAnHour) % Quarters, (quarter + Quarters - QuartersAnHour) % Quarters])
                    dates[other] |= _counts[quarter] + _counts[other] >= MinShareOfBoth * _total;
            }

            return dates;
        }
    }
}
