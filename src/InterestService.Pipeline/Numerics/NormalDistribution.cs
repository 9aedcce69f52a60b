namespace InterestService.Pipeline.Numerics;

/// <summary>Normally distributed numbers, which .NET's generator does not give.</summary>
public static class NormalDistribution
{
    /// <summary>Mean 0, standard deviation 1 (Box and Muller, 1958). Draws two numbers.</summary>
    public static double NextNormal(this Random random)
    {
        // 1 - u keeps the logarithm's argument above 0.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(Math.Tau * random.NextDouble());
    }
}
