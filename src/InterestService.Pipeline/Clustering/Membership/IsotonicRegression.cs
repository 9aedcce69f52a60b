namespace InterestService.Pipeline.Clustering.Membership;

/// <summary>
/// Observed frequencies as a function of stated probabilities: the best increasing step function (pool adjacent violators; Zadrozny and
/// Elkan, "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002), with linear interpolation between the
/// centres of its steps.
/// </summary>
/// <param name="Stated">Centres of the steps, ascending, <c>[steps]</c>.</param>
/// <param name="Observed">Observed frequencies of the steps, ascending, <c>[steps]</c>.</param>
public sealed record IsotonicRegression(double[] Stated, double[] Observed)
{
    /// <summary>Minimum number of observations of a step.</summary>
    private const int MinStepSize = 25;

    /// <param name="observations">Stated probability and outcome, 0 to 1; at least one.</param>
    public static IsotonicRegression Fit(IEnumerable<(double Stated, double Observed)> observations)
    {
        var steps = new List<Step>();
        foreach (var (stated, observed) in observations.OrderBy(observation => observation.Stated))
        {
            // Observations with equal probabilities stay in one step.
            bool opens = steps.Count == 0 || (steps[^1].Count >= MinStepSize && stated > steps[^1].Highest);
            if (opens) Pool(steps);
            var step = new Step(1, stated, observed, stated);
            if (opens) steps.Add(step);
            else steps[^1] = steps[^1].With(step);
        }

        // The last may be small.
        if (steps.Count > 1 && steps[^1].Count < MinStepSize) Join(steps);
        Pool(steps);
        return new IsotonicRegression(
            [.. steps.Select(step => step.Stated / step.Count)], [.. steps.Select(step => step.Observed / step.Count)]);
    }

    /// <summary>Returns the observed frequency for a stated probability.</summary>
    public double At(double stated)
    {
        int next = Array.FindIndex(Stated, step => step >= stated);
        if (next <= 0) return next == 0 ? Observed[0] : Observed[^1];
        double part = (stated - Stated[next - 1]) / (Stated[next] - Stated[next - 1]);
        return Observed[next - 1] + (part * (Observed[next] - Observed[next - 1]));
    }

    private static void Pool(List<Step> steps)
    {
        while (steps.Count > 1 && steps[^2].Observed * steps[^1].Count >= steps[^1].Observed * steps[^2].Count) Join(steps);
    }

    private static void Join(List<Step> steps)
    {
        steps[^2] = steps[^2].With(steps[^1]);
        steps.RemoveAt(steps.Count - 1);
    }

    /// <summary>Sums over the observations of a step, and their highest stated probability.</summary>
    private readonly record struct Step(int Count, double Stated, double Observed, double Highest)
    {
        public Step With(Step next) => new(Count + next.Count, Stated + next.Stated, Observed + next.Observed, next.Highest);
    }
}
