namespace InterestService.Pipeline.Evaluation.Proportions;

/// <summary>An estimate with the interval that covers the truth in 95 of 100 cases.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record ProportionInterval(double Value, double Low, double High)
{
    /// <summary>The 97.5 % quantile of the normal distribution.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>
    /// Computes the score interval of a proportion (Wilson, "Probable inference, the law of succession, and statistical inference", JASA
    /// 22, 1927): accurate also for few trials and if none or all of them succeed.
    /// </summary>
    /// <param name="successes">0 to <paramref name="trials"/>; need not be an integer.</param>
    /// <param name="trials">Above 0.</param>
    public static ProportionInterval Compute(double successes, double trials)
    {
        double p = successes / trials, middle = p + (Z * Z / (2 * trials)), scale = 1 + (Z * Z / trials);
        double half = Z * Math.Sqrt((p * (1 - p) / trials) + (Z * Z / (4 * trials * trials)));
        return new ProportionInterval(p, Math.Max((middle - half) / scale, 0), Math.Min((middle + half) / scale, 1));
    }

    /// <summary>
    /// Computes the difference of two independent proportions by the hybrid score method (Newcombe, "Interval estimation for the difference
    /// between independent proportions: comparison of eleven methods", Statistics in Medicine 17, 1998: method 10).
    /// </summary>
    public static ProportionInterval Difference(ProportionInterval first, ProportionInterval second)
    {
        double difference = first.Value - second.Value;
        return new ProportionInterval(
            difference,
            difference - Length(first.Value - first.Low, second.High - second.Value),
            difference + Length(first.High - first.Value, second.Value - second.Low));

        static double Length(double a, double b) => Math.Sqrt((a * a) + (b * b));
    }
}
