namespace InterestService.Demo.Scenarios.Generation;

/// <summary>The probability distributions of behaviour on the web, the same in every domain.</summary>
internal static class Distributions
{
    private const double ActivityExponent = 1.8;
    private const double MaxActivity = 40;

    /// <summary>Zipf weight of the item of rank <paramref name="rank"/>, from 1.</summary>
    public static double Popularity(int rank) => Math.Pow(rank, -0.9);

    /// <summary>Draws the number of encounters of each user: at least 1, limited above, about <paramref name="total"/> in all.</summary>
    /// <remarks>Pareto type II (Lomax): type I would give a third of the users the minimum.</remarks>
    public static int[] DrawActivity(int users, int total, Random random)
    {
        var draws = new double[users];
        for (int user = 0; user < users; user++)
            draws[user] = Math.Min(MaxActivity, Math.Pow(1 - random.NextDouble(), -1 / ActivityExponent) - 1);
        double scale = Math.Max(0, total - users) / draws.Sum();
        return [.. draws.Select(draw => 1 + (int)Math.Round(draw * scale))];
    }

    /// <summary>Draws an exponential delay with the given mean.</summary>
    public static TimeSpan DrawDelay(TimeSpan mean, Random random) => mean * -Math.Log(1 - random.NextDouble());

    /// <summary>Draws the value of an event.</summary>
    public static double DrawValue(ScenarioValue value, Random random) =>
        Math.Clamp(Math.Round(value.Mean + (value.Deviation * DrawNormal(random))), value.Min, value.Max);

    /// <summary>Draws a standard normal number from two uniform ones (Box and Muller, 1958).</summary>
    private static double DrawNormal(Random random)
    {
        // 1 - u keeps the argument of the logarithm above 0.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(Math.Tau * random.NextDouble());
    }
}

/// <summary>Draws an index with a probability proportional to its weight, by binary search in the running sums.</summary>
internal sealed class WeightedSampler
{
    private readonly double[] _sums;

    /// <param name="weights">Not negative, and not all zero.</param>
    /// <exception cref="ArgumentException">All weights are zero.</exception>
    public WeightedSampler(IEnumerable<double> weights)
    {
        double sum = 0;
        _sums = [.. weights.Select(weight => sum += weight)];
        if (!(sum > 0)) throw new ArgumentException("All weights are zero.", nameof(weights));
    }

    public int Draw(Random random)
    {
        double target = random.NextDouble() * _sums[^1];
        int low = 0, high = _sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sums[middle] > target) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
