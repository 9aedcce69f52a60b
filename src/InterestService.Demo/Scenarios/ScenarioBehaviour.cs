namespace InterestService.Demo.Scenarios;

/// <summary>How the people of a domain behave. Every default is overridden where a domain differs.</summary>
internal sealed record ScenarioBehaviour
{
    /// <summary>Where visits come from, the most frequent first.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Event type of what robots do.</summary>
    public required string CrawlType { get; init; }

    /// <summary>Share of visits that begin with a search, which has a query and no item.</summary>
    public double SearchShare { get; init; }

    /// <summary>Share of what users do that is about their main interest.</summary>
    public double MainShare { get; init; } = 0.7;

    /// <summary>Share that is about their second interest. What remains is noise: whatever is popular.</summary>
    public double SecondShare { get; init; } = 0.2;

    /// <summary>Share of the busier users in whose life the main interest takes the second one's place only within the year.</summary>
    public double DriftShare { get; init; } = 0.16;

    /// <summary>Probability that the next item of a visit is of the interest the visit began with, whatever else the user likes.</summary>
    public double VisitFocus { get; init; } = 0.8;

    /// <summary>Probability that a visit goes on to another item.</summary>
    public double VisitGoesOn { get; init; } = 0.6;

    /// <summary>How a course is given up; null where there are none.</summary>
    public ScenarioDropout? Dropout { get; init; }

    /// <summary>Demand by day of the week, Sunday first.</summary>
    public IReadOnlyList<double> Weekdays { get; init; } = [1.25, 0.95, 0.9, 0.9, 0.95, 1.0, 1.3];

    /// <summary>Demand by hour of the day.</summary>
    public IReadOnlyList<double> Hours { get; init; } =
        [2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 11, 13, 12, 10, 10, 11, 13, 15, 19, 22, 21, 14, 6];
}

/// <param name="Probability">After each step of a course.</param>
internal sealed record ScenarioDropout(string EventType, double Probability);
