namespace InterestService.Demo.Scenarios.Generation;

/// <summary>How popular a topic is from day to day, and when its new items appear.</summary>
internal sealed class TopicCalendar
{
    private const double RushHalfLifeDays = 4;

    private readonly int[] _launches;

    public TopicCalendar(ScenarioTopic topic, ItemLife life, ScenarioClock clock, Random random)
    {
        int[] trends = [.. Enumerable.Range(0, life.Trends).Select(_ => random.Next(ScenarioClock.Days))];
        _launches = [.. life.LaunchDays, .. trends];
        Demand = [.. Enumerable.Range(0, ScenarioClock.Days).Select(day => topic.Season[clock.Month(day)] * (1 + (life.Rush * Rush(day))))];
    }

    /// <summary>By day, <c>[365]</c>, around 1.</summary>
    public double[] Demand { get; }

    /// <summary>A day on which a new item appears.</summary>
    public double DrawBirth(Random random) =>
        _launches.Length == 0 ? random.NextDouble() * ScenarioClock.Days : _launches[random.Next(_launches.Length)];

    private double Rush(int day) => _launches.Where(launch => launch <= day).Sum(launch => Math.Pow(2, -(day - launch) / RushHalfLifeDays));
}
