namespace InterestService.Pipeline.Numerics;

/// <summary>Draws that .NET's generator lacks.</summary>
internal static class RandomExtensions
{
    /// <summary>Draws a number with mean 0 and standard deviation 1 (Box and Muller 1958); takes two numbers of the generator.</summary>
    public static double NextNormal(this Random random)
    {
        // 1 - u keeps the logarithm's argument above 0.
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return radius * Math.Cos(Math.Tau * random.NextDouble());
    }

    /// <summary>Draws indexes from 0 to <paramref name="count"/> - 1 without replacement, in random order.</summary>
    /// <param name="random">The generator.</param>
    /// <param name="count">Number of indexes to draw from.</param>
    /// <param name="size">Number of indexes drawn, at most <paramref name="count"/>.</param>
    public static int[] Sample(this Random random, int count, int size)
    {
        int[] indexes = [.. Enumerable.Range(0, count)];
        random.Shuffle(indexes);
        return indexes[..size];
    }

    /// <summary>The same in ascending order.</summary>
    public static int[] SampleAscending(this Random random, int count, int size)
    {
        int[] sample = random.Sample(count, size);
        Array.Sort(sample);
        return sample;
    }
}
