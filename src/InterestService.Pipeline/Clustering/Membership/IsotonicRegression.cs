namespace InterestService.Pipeline.Clustering.Membership;

/// <summary>
/// What stated probabilities come to in truth: the rising step function that fits best (pool adjacent violators; Zadrozny and Elkan,
/// "Transforming classifier scores into accurate multiclass probability estimates", KDD 2002), with straight lines between the middles of
/// its steps.
/// </summary>
/// <param name="Stated">Middles of the steps, ascending, <c>[steps]</c>.</param>
/// <param name="Observed">What came true there, ascending, <c>[steps]</c>.</param>
public sealed record IsotonicRegression(double[] Stated, double[] Observed)
{
    /// <summary>Fewer observations make no step.</summary>
    private const int StepSize = 25;

    /// <param name="observations">Stated probability and what came true, 0 to 1; at least one.</param>
    public static IsotonicRegression Fit(IEnumerable<(double Stated, double Observed)> observations)
    {
        var steps = new List<Step>();
        foreach (var (stated, observed) in observations.OrderBy(observation => observation.Stated))
        {
            // What was stated alike stays together.
            bool opens = steps.Count == 0 || (steps[^1].Count >= StepSize && stated > steps[^1].Highest);
            if (opens) Pool(steps);
            var step = new Step(1, stated, observed, stated);
            if (opens) steps.Add(step);
            else steps[^1] = steps[^1].With(step);
        }

        // The last may be small.
        if (steps.Count > 1 && steps[^1].Count < StepSize) Join(steps);
        Pool(steps);
        return new IsotonicRegression([.. steps.Select(step => step.Stated / step.Count)], [.. steps.Select(step => step.Observed / step.Count)]);
    }

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

    /// <summary>Sums over some observations, and the highest probability that one of them states.</summary>
    private readonly record struct Step(int Count, double Stated, double Observed, double Highest)
    {
        public Step With(Step next) => new(Count + next.Count, Stated + next.Stated, Observed + next.Observed, next.Highest);
    }
}
