namespace InterestService.Demo.Scenarios.Generation;

/// <summary>The laws that behaviour on the web follows, whatever the domain.</summary>
internal static class ScenarioLaws
{
    private const double ActivityExponent = 1.8;
    private const double ActivityCap = 40;

    /// <summary>Weight of the item of rank <paramref name="rank"/>, from 1 (Zipf).</summary>
    public static double Popularity(int rank) => Math.Pow(rank, -0.9);

    /// <summary>What each of <paramref name="users"/> users does: from 1 up, capped, about <paramref name="total"/> in all.</summary>
    /// <remarks>Pareto type II (Lomax), which unlike type I does not put a third of the users at the very minimum.</remarks>
    public static int[] Activity(int users, int total, Random random)
    {
        var draws = new double[users];
        for (int user = 0; user < users; user++)
            draws[user] = Math.Min(ActivityCap, Math.Pow(1 - random.NextDouble(), -1 / ActivityExponent) - 1);
        double scale = Math.Max(0, total - users) / draws.Sum();
        return [.. draws.Select(draw => 1 + (int)Math.Round(draw * scale))];
    }

    /// <summary>A waiting time, exponential, of the given mean.</summary>
    public static TimeSpan Delay(TimeSpan mean, Random random) => mean * -Math.Log(1 - random.NextDouble());

    /// <summary>A standard normal deviate (Box and Muller, 1958). Draws two numbers.</summary>
    public static double NextNormal(this Random random)
    {
        // 1 - u keeps the logarithm's argument above 0.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(Math.Tau * random.NextDouble());
    }
}
