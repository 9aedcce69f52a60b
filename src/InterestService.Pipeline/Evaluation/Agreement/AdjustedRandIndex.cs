using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>Agreement of two partitions, corrected for chance (Hubert and Arabie 1985).</summary>
public static class AdjustedRandIndex
{
    /// <summary>
    /// Returns 1 for the same partition under any numbering, 0 on average by chance, at least -0.5. Every label is a group, noise included;
    /// partitions with the same pairs agree fully: 1.
    /// </summary>
    /// <param name="first"><c>[points]</c></param>
    /// <param name="second"><c>[points]</c></param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(int[] first, int[] second) => Compute(ContingencyTable.Create(first, second));

    /// <summary>Computes the same from the contingency table of two partitions.</summary>
    public static double Compute(ContingencyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        double both = PairsTogether(table.Both);
        double inFirst = PairsTogether(table.First);
        double inSecond = PairsTogether(table.Second);
        double pairs = table.Points * (table.Points - 1.0) / 2;
        double expected = pairs == 0 ? 0 : inFirst * inSecond / pairs;
        double largest = (inFirst + inSecond) / 2;
        return both == inFirst && both == inSecond ? 1 : (both - expected) / (largest - expected);
    }

    private static double PairsTogether(IEnumerable<long> sizes) => sizes.Sum(size => size * (size - 1.0) / 2);
}
