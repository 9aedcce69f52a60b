using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Finds users whose event rate lies far above the population's. The rate is the number of events per active hour, as far as the times can
/// show hours: where all that a user did in an hour is stamped with a date without a time of day (<see cref="DateStamps"/>), the events
/// may have happened at any time of the day, and the hour counts as 24. Rates are roughly log-normal, so the distance is taken on
/// logarithms, by median and MAD, which are robust to the robots themselves (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993).
/// </summary>
internal sealed class RobotDetector(EventLog log, DateStamps dates, CleaningOptions options)
{
    private const long MillisecondsPerHour = 3_600_000;
    private const int HoursPerDay = 24;

    /// <summary>
    /// Minimum deviation on the log scale, for populations in which nearly all users have one rate and the MAD is 0: at the default of
    /// five deviations, a robot has at least five times the median rate.
    /// </summary>
    private const double MinDeviation = .32;

    private long _dated;
    private long _timed;

    /// <summary>Finds the robots.</summary>
    /// <param name="kept">Whether an event counts, <c>[events]</c>.</param>
    /// <returns>Rows of the users, and how they were judged; null without any event.</returns>
    public (IReadOnlyList<int> Users, RobotRates? Rates) Find(Column<bool> kept)
    {
        (_dated, _timed) = (0, 0);
        double[] rates = [.. Enumerable.Range(0, log.UserIds.Length).Select(user => EventsPerActiveHour(user, kept))];
        double[] logs = [.. rates.Where(rate => rate > 0).Select(rate => Math.Log(rate))];
        if (logs.Length == 0) return ([], null);

        double median = Median(logs);
        double deviation = 1.4826 * Median([.. logs.Select(x => Math.Abs(x - median))]);
        double limit = Math.Max(options.RobotMinimumRate, Math.Exp(median + options.RobotDeviations * Math.Max(deviation, MinDeviation)));
        string resolution = _timed == 0 ? RobotRates.Day : _dated == 0 ? RobotRates.Hour : RobotRates.Mixed;
        return ([.. Enumerable.Range(0, rates.Length).Where(user => rates[user] > limit)], new RobotRates(resolution, _dated, Math.Exp(median), limit));
    }

    private double EventsPerActiveHour(int user, Column<bool> kept)
    {
        int events = 0, hours = 0, inHour = 0, datedInHour = 0;
        long hour = long.MinValue;
        for (int e = log.UserOffsets[user]; e < log.UserOffsets[user + 1]; e++)
        {
            if (!kept[e]) continue;
            if (log.Times[e] / MillisecondsPerHour != hour) EndHour();
            hour = log.Times[e] / MillisecondsPerHour;
            inHour++;
            if (dates.IsDate(log.OriginOf(e), log.Times[e])) datedInHour++;
        }

        EndHour();
        return events == 0 ? 0 : (double)events / hours;

        void EndHour()
        {
            if (inHour == 0) return;
            bool dated = datedInHour == inHour;
            hours += dated ? HoursPerDay : 1;
            if (dated) _dated += inHour;
            else _timed += inHour;
            events += inHour;
            (inHour, datedInHour) = (0, 0);
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}

/// <summary>How the rates of users were judged.</summary>
/// <param name="Resolution">
/// What the times show: <c>hour</c>; <c>day</c>, where all are dates without a time of day, which count as 24 active hours; or <c>mixed</c>.
/// </param>
/// <param name="DatedEvents">Events with a date without a time of day.</param>
/// <param name="Median">Median rate of the users, in events per active hour.</param>
/// <param name="Limit">Rate above which a user counts as a robot, in events per active hour.</param>
public sealed record RobotRates(string Resolution, long DatedEvents, double Median, double Limit)
{
    public const string Hour = "hour";
    public const string Day = "day";
    public const string Mixed = "mixed";
}
