using InterestService.Pipeline;

namespace InterestService.Api.Demo.Scenarios;

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
