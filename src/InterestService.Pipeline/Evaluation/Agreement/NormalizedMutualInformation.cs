using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>Mutual information of two partitions over the mean of their entropies (Strehl and Ghosh 2002; arithmetic mean).</summary>
public static class NormalizedMutualInformation
{
    /// <summary>
    /// Returns 1 for the same partition under any numbering, 0 for independent ones; not corrected for chance, so many small groups score
    /// above 0. Every label is a group, noise included; two partitions of one group each agree fully: 1.
    /// </summary>
    /// <param name="first"><c>[points]</c></param>
    /// <param name="second"><c>[points]</c></param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(int[] first, int[] second) => Compute(ContingencyTable.Create(first, second));

    /// <summary>Computes the same from the contingency table of two partitions.</summary>
    public static double Compute(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double inFirst = Entropy(table.First, table.Points), inSecond = Entropy(table.Second, table.Points);
        double mutual = inFirst + inSecond - Entropy(table.Both, table.Points);
        // There is no point, or each partition has a single group.
        return inFirst + inSecond == 0 ? 1 : Math.Clamp(2 * mutual / (inFirst + inSecond), 0, 1);
    }

    private static double Entropy(IEnumerable<long> sizes, long points) =>
        sizes.Sum(size => -(double)size / points * Math.Log((double)size / points));
}
