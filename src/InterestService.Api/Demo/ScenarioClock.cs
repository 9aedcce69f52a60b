namespace InterestService.Api.Demo;

/// <summary>When people come: by season, by day of the week and by hour.</summary>
internal sealed class ScenarioClock(DateTimeOffset start)
{
    public const int Days = 365;

    private static readonly double[] _weekdays = [1.25, 0.95, 0.9, 0.9, 0.95, 1.0, 1.3]; // Sunday first, as DayOfWeek has it

    private static readonly WeightedSampler _hours = new(
        [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 13, 12, 10, 10, 11, 13, 15, 19, 22, 21, 14, 6]);

    public DateTimeOffset Start => start;

    /// <summary>Calendar month of a day of the scenario: 0 is January.</summary>
    public int Month(int day) => start.AddDays(day).Month - 1;

    public int Day(DateTimeOffset time) => Math.Clamp((int)(time - start).TotalDays, 0, Days - 1);

    /// <summary>Days weighted by demand (by calendar month) and by the day of the week.</summary>
    public WeightedSampler DaysOf(IReadOnlyList<double> season) =>
        new(Enumerable.Range(0, Days).Select(day => season[Month(day)] * _weekdays[(int)start.AddDays(day).DayOfWeek]));

    public DateTimeOffset Draw(WeightedSampler days, Random random) =>
        start.AddDays(days.Draw(random)).AddHours(_hours.Draw(random)).AddMilliseconds(random.Next(3_600_000));
}
