namespace InterestService.Demo.Scenarios;

/// <summary>The habits of the users of a domain. A domain overrides the defaults where it differs.</summary>
internal sealed record ScenarioBehaviour
{
    /// <summary>Sources of visits, the most frequent first.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Event type of the robots' events.</summary>
    public required string RobotEventType { get; init; }

    /// <summary>Share of visits that begin with a search, which has a query and no item.</summary>
    public double SearchShare { get; init; }

    /// <summary>Share of a user's encounters that concern the main interest.</summary>
    public double MainShare { get; init; } = 0.7;

    /// <summary>Share that concerns the second interest. The rest is noise: any popular item.</summary>
    public double SecondShare { get; init; } = 0.2;

    /// <summary>Share of the more active users for whom the main interest replaces the second one only within the year.</summary>
    public double DriftShare { get; init; } = 0.16;

    /// <summary>Probability that the next item of a visit has the interest with which the visit began.</summary>
    public double VisitFocus { get; init; } = 0.8;

    /// <summary>Probability that a visit continues with another item.</summary>
    public double ContinuationShare { get; init; } = 0.6;

    /// <summary>How users abandon a course; null if there are no courses.</summary>
    public ScenarioDropout? Dropout { get; init; }

    /// <summary>Demand by day of the week, Sunday first.</summary>
    public IReadOnlyList<double> Weekdays { get; init; } = [1.25, 0.95, 0.9, 0.9, 0.95, 1.0, 1.3];

    /// <summary>Demand by hour of the day.</summary>
    public IReadOnlyList<double> Hours { get; init; } =
        [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 13, 12, 10, 10, 11, 13, 15, 19, 22, 21, 14, 6];
}

/// <param name="EventType">Type of the event of abandoning a course.</param>
/// <param name="Probability">Probability of abandoning the course after each of its steps.</param>
internal sealed record ScenarioDropout(string EventType, double Probability);
