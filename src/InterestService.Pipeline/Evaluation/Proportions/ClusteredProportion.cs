namespace InterestService.Pipeline.Evaluation.Proportions;

/// <summary>
/// A proportion of trials in groups, such as clicks on impressions by user. Trials of a group are correlated and carry less information
/// than the same number of independent ones; the design effect, by which their number is divided, is the ratio of the variance of the
/// proportion between groups to the binomial variance (Rao and Scott, "A simple method for the analysis of clustered binary data",
/// Biometrics 48, 1992).
/// </summary>
public sealed class ClusteredProportion
{
    private double _squares;
    private double _products;
    private double _squaredTrials;

    public long Successes { get; private set; }

    public long Trials { get; private set; }

    /// <summary>Number of groups with trials.</summary>
    public int Groups { get; private set; }

    /// <summary>
    /// Number of trials that carry the information of one independent trial, at least 1. It cannot be estimated from one group, or if none
    /// or all trials succeed; a group then counts as one trial.
    /// </summary>
    public double DesignEffect
    {
        get
        {
            double p = (double)Successes / Trials, binomial = p * (1 - p) / Trials;
            if (Groups == 1 || binomial == 0) return (double)Trials / Groups;
            double deviations = _squares - (2 * p * _products) + (p * p * _squaredTrials);
            return Math.Max(1, deviations * Groups / (Groups - 1) / ((double)Trials * Trials) / binomial);
        }
    }

    /// <summary>The confidence interval of the proportion; null without trials.</summary>
    public ProportionInterval? Interval => Trials == 0 ? null : ProportionInterval.Compute(Successes / DesignEffect, Trials / DesignEffect);

    /// <summary>Adds all trials of a group.</summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">Above 0.</param>
    public void Add(int successes, int trials)
    {
        (Successes, Trials, Groups) = (Successes + successes, Trials + trials, Groups + 1);
        _squares += (double)successes * successes;
        _products += (double)successes * trials;
        _squaredTrials += (double)trials * trials;
    }
}
