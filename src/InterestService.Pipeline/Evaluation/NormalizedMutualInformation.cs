namespace InterestService.Pipeline.Evaluation;

/// <summary>Mutual information of two partitions over the mean of their entropies (Strehl and Ghosh 2002; arithmetic mean).</summary>
public static class NormalizedMutualInformation
{
    /// <summary>
    /// 1 for the same partition under any numbering, 0 for independent ones; not corrected for chance, so many small groups score above 0.
    /// Every label is a group of its own, noise included; two partitions of one group each agree fully: 1.
    /// </summary>
    /// <param name="first"><c>[points]</c></param>
    /// <param name="second"><c>[points]</c></param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(int[] first, int[] second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Length != second.Length)
            throw new ArgumentException($"There are {first.Length} labels in one partition and {second.Length} in the other.");
        double inFirst = Entropy(first, first.Length), inSecond = Entropy(second, first.Length);
        double mutual = inFirst + inSecond - Entropy(first.Zip(second), first.Length);
        // No point, or one group in both.
        return inFirst + inSecond == 0 ? 1 : Math.Clamp(2 * mutual / (inFirst + inSecond), 0, 1);
    }

    private static double Entropy<T>(IEnumerable<T> groups, int points)
        where T : notnull =>
        groups.CountBy(group => group).Sum(group => -(double)group.Value / points * Math.Log((double)group.Value / points));
}
