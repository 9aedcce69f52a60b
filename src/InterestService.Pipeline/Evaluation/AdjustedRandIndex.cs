namespace InterestService.Pipeline.Evaluation;

/// <summary>Agreement of two partitions, corrected for chance (Hubert and Arabie 1985).</summary>
public static class AdjustedRandIndex
{
    /// <summary>
    /// 1 for the same partition under any numbering, 0 as by chance, at least -0.5. Every label is a group of its own, noise included;
    /// partitions in which no pair of points differs agree fully: 1.
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
        double both = PairsTogether(first.Zip(second));
        double inFirst = PairsTogether(first);
        double inSecond = PairsTogether(second);
        double pairs = first.Length * (first.Length - 1.0) / 2;
        double expected = pairs == 0 ? 0 : inFirst * inSecond / pairs;
        double largest = (inFirst + inSecond) / 2;
        return both == inFirst && both == inSecond ? 1 : (both - expected) / (largest - expected);
    }

    private static double PairsTogether<T>(IEnumerable<T> groups)
        where T : notnull =>
        groups.CountBy(group => group).Sum(group => group.Value * (group.Value - 1.0) / 2);
}
