namespace InterestService.Demo.Scenarios;

/// <summary>A kind of item (a product, a post, a lecture): its names, its life cycle and what users do with it.</summary>
/// <param name="IdPrefix">Item ids consist of this, a dash and a number.</param>
/// <param name="Title">
/// Composite format: 0 is a word of <paramref name="TitlePrefixes"/>, 1 a subject, 2 a word of <paramref name="TitleSuffixes"/>, 3 the
/// topic, 4 the number within the course.
/// </param>
/// <param name="Life">When items appear and how their popularity decays.</param>
/// <param name="Encounter">The first action when a user encounters an item.</param>
/// <param name="TitlePrefixes">At least one. For a course, its levels, each of which requires the one before it.</param>
/// <param name="TitleSuffixes">At least one.</param>
internal sealed record ItemKind(
    string IdPrefix,
    string Title,
    ItemLife Life,
    ScenarioAction Encounter,
    IReadOnlyList<string> TitlePrefixes,
    IReadOnlyList<string> TitleSuffixes)
{
    /// <summary>The steps of a course, in order; empty if users encounter the items in any order.</summary>
    public IReadOnlyList<ItemKind> Syllabus { get; init; } = [];

    /// <summary>Whether tags have the form <c>#likethis</c>.</summary>
    public bool Hashtags { get; init; }

    /// <summary>Mean number of events of an encounter.</summary>
    public double ExpectedEvents =>
        Syllabus.Count == 0 ? Encounter.ExpectedEvents : Syllabus.Average(step => step.ExpectedEvents);
}

/// <summary>When items appear and how their popularity decays.</summary>
/// <param name="NewShare">Share of the items that appear within the year; the others exist from its first day.</param>
/// <param name="HalfLifeDays">Days in which an item loses half of its popularity.</param>
/// <param name="Trends">Number of random days of the year, drawn for each topic, on which new items appear together.</param>
/// <param name="LaunchBoost">Additional demand on the day of a launch or trend, relative to the usual demand; it decays within days.</param>
internal sealed record ItemLife(double NewShare, double HalfLifeDays, int Trends = 0, double LaunchBoost = 0)
{
    /// <summary>Popularity of a new item relative to that of another kind at 1.</summary>
    public double Attraction { get; init; } = 1;

    /// <summary>Days of the year on which new items appear together, such as a collection or the beginning of a term.</summary>
    public IReadOnlyList<int> LaunchDays { get; init; } = [];
}

/// <summary>An action of a user on an item, and the actions that may follow it.</summary>
/// <param name="EventType">Type of the event.</param>
/// <param name="Probability">Probability of the action, given the action before it.</param>
/// <param name="MeanDelay">Mean of the exponential delay after the action before it.</param>
/// <param name="Value">Distribution of the event's value; null if it has none.</param>
/// <param name="IsDeferred">Whether the action happens after the visit, which continues without it.</param>
/// <param name="Next">Actions that may follow, independently of each other.</param>
internal sealed record ScenarioAction(
    string EventType,
    double Probability,
    TimeSpan MeanDelay,
    ScenarioValue? Value = null,
    bool IsDeferred = false,
    params ScenarioAction[] Next)
{
    /// <summary>Mean number of events of this action and those after it.</summary>
    public double ExpectedEvents => Probability * (1 + Next.Sum(next => next.ExpectedEvents));
}

/// <summary>A normal distribution of values, rounded and limited to a range.</summary>
internal sealed record ScenarioValue(double Mean, double Deviation, double Min, double Max)
{
    /// <summary>Ratings by stars, most of them good.</summary>
    public static ScenarioValue Stars { get; } = new(4.3, 1.1, 1, 5);
}
