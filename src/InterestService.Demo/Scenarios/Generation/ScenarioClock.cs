namespace InterestService.Demo.Scenarios.Generation;

/// <summary>Draws the times of visits: by the demand of the day, by day of the week and by hour.</summary>
internal sealed class ScenarioClock(DateTimeOffset start, ScenarioBehaviour behaviour)
{
    public const int Days = 365;

    private readonly WeightedSampler _hours = new(behaviour.Hours);

    public DateTimeOffset Start => start;

    public DateTimeOffset End => start.AddDays(Days);

    /// <summary>Calendar month of a day of the scenario; 0 is January.</summary>
    public int Month(int day) => start.AddDays(day).Month - 1;

    public int Day(DateTimeOffset time) => Math.Clamp((int)(time - start).TotalDays, 0, Days - 1);

    /// <summary>Creates a sampler of days, weighted by demand, <c>[365]</c>, and by the day of the week.</summary>
    public WeightedSampler CreateDaySampler(IReadOnlyList<double> demand) =>
        new(demand.Select((weight, day) => weight * behaviour.Weekdays[(int)start.AddDays(day).DayOfWeek]));

    public DateTimeOffset Draw(WeightedSampler days, Random random) =>
        start.AddDays(days.Draw(random)).AddHours(_hours.Draw(random)).AddMilliseconds(random.Next(3_600_000));
}

/// <summary>The daily demand for a topic and the days on which its new items appear.</summary>
internal sealed class TopicCalendar
{
    private const double BoostHalfLifeDays = 4;

    private readonly int[] _launches;

    public TopicCalendar(ScenarioTopic topic, ItemLife life, ScenarioClock clock, Random random)
    {
        int[] trends = [.. Enumerable.Range(0, life.Trends).Select(_ => random.Next(ScenarioClock.Days))];
        _launches = [.. life.LaunchDays, .. trends];
        Demand =
        [
            .. Enumerable.Range(0, ScenarioClock.Days)
                .Select(day => topic.Season[clock.Month(day)] * (1 + (life.LaunchBoost * Boost(day)))),
        ];
    }

    /// <summary>Demand by day, <c>[365]</c>, around 1.</summary>
    public double[] Demand { get; }

    /// <summary>Draws the day on which a new item appears.</summary>
    public double DrawFirstDay(Random random) =>
        _launches.Length == 0 ? random.NextDouble() * ScenarioClock.Days : _launches[random.Next(_launches.Length)];

    private double Boost(int day) =>
        _launches.Where(launch => launch <= day).Sum(launch => Math.Pow(2, -(day - launch) / BoostHalfLifeDays));
}
