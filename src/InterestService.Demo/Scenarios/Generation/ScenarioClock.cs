namespace InterestService.Demo.Scenarios.Generation;

/// <summary>When people come: by the demand of the day, by day of the week and by hour.</summary>
internal sealed class ScenarioClock(DateTimeOffset start, ScenarioBehaviour behaviour)
{
    public const int Days = 365;

    private readonly WeightedSampler _hours = new(behaviour.Hours);

    public DateTimeOffset Start => start;

    public DateTimeOffset End => start.AddDays(Days);

    /// <summary>Calendar month of a day of the scenario: 0 is January.</summary>
    public int Month(int day) => start.AddDays(day).Month - 1;

    public int Day(DateTimeOffset time) => Math.Clamp((int)(time - start).TotalDays, 0, Days - 1);

    /// <summary>Days weighted by demand, <c>[365]</c>, and by the day of the week.</summary>
    public WeightedSampler DaysOf(IReadOnlyList<double> demand) =>
        new(demand.Select((weight, day) => weight * behaviour.Weekdays[(int)start.AddDays(day).DayOfWeek]));

    public DateTimeOffset Draw(WeightedSampler days, Random random) =>
        start.AddDays(days.Draw(random)).AddHours(_hours.Draw(random)).AddMilliseconds(random.Next(3_600_000));
}
