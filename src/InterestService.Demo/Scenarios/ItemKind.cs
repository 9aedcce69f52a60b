using InterestService.Demo.Scenarios.Generation;

namespace InterestService.Demo.Scenarios;

/// <summary>A kind of item (a product, a post, a lecture): how it is named, how it comes and goes, and what people do with it.</summary>
/// <param name="Prefix">Item ids are this, a dash and a number.</param>
/// <param name="Title">
/// Composite format: 0 a word of <paramref name="Before"/>, 1 a subject, 2 a word of <paramref name="After"/>, 3 the topic, 4 the
/// number within the course.
/// </param>
/// <param name="Encounter">What follows when a user meets an item.</param>
/// <param name="Before">At least one. Of a course, its levels, each of which requires the one before it.</param>
/// <param name="After">At least one.</param>
internal sealed record ItemKind(
    string Prefix,
    string Title,
    ItemLife Life,
    ScenarioAction Encounter,
    IReadOnlyList<string> Before,
    IReadOnlyList<string> After)
{
    /// <summary>The steps of a course, in order. Empty: items are met in any order.</summary>
    public IReadOnlyList<ItemKind> Syllabus { get; init; } = [];

    /// <summary>Tags read <c>#likethis</c>.</summary>
    public bool Hashtags { get; init; }

    /// <summary>Mean number of events of an encounter.</summary>
    public double ExpectedEvents =>
        Syllabus.Count == 0 ? Encounter.ExpectedEvents : Syllabus.Average(step => step.ExpectedEvents);
}

/// <summary>How items come and go.</summary>
/// <param name="BornInYear">Share of the items that appear within the year; the others are there from its first day.</param>
/// <param name="HalfLifeDays">Days in which an item loses half of its draw.</param>
/// <param name="Trends">On this many random days of the year, other ones for each topic, new items appear together.</param>
/// <param name="Rush">How much more people come on the day of a launch or trend, the usual demand being 1; it fades in days.</param>
internal sealed record ItemLife(double BornInYear, double HalfLifeDays, int Trends = 0, double Rush = 0)
{
    /// <summary>What a new item draws beside one of another kind that draws 1.</summary>
    public double Novelty { get; init; } = 1;

    /// <summary>Days of the year on which new items appear together: a collection, the beginning of a term.</summary>
    public IReadOnlyList<int> LaunchDays { get; init; } = [];
}

/// <summary>A step of the funnel.</summary>
/// <param name="Probability">That the step is taken once the step before it was.</param>
/// <param name="MeanDelay">Mean of the exponential delay after the step before it.</param>
/// <param name="Value">What its events carry as their value, if anything.</param>
/// <param name="IsLater">Happens after the visit, which goes on without it.</param>
/// <param name="Then">Steps that may follow, each for itself.</param>
internal sealed record ScenarioAction(
    string EventType,
    double Probability,
    TimeSpan MeanDelay,
    ScenarioValue? Value = null,
    bool IsLater = false,
    params ScenarioAction[] Then)
{
    /// <summary>Mean number of events of this step and those after it.</summary>
    public double ExpectedEvents => Probability * (1 + Then.Sum(next => next.ExpectedEvents));
}

/// <summary>Values are normally distributed, rounded and kept within bounds.</summary>
internal sealed record ScenarioValue(double Mean, double Deviation, double Least, double Most)
{
    /// <summary>Most who rate are pleased.</summary>
    public static ScenarioValue Stars { get; } = new(4.3, 1.1, 1, 5);

    public double Draw(Random random) => Math.Clamp(Math.Round(Mean + (Deviation * random.NextNormal())), Least, Most);
}
