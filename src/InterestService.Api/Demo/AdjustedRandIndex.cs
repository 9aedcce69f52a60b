namespace InterestService.Api.Demo;

/// <summary>Agreement of two partitions: 1 when they are the same, about 0 when they are independent (Hubert and Arabie, 1985).</summary>
internal static class AdjustedRandIndex
{
    public static double Compute(int[] a, int[] b)
    {
        double together = Pairs(a.Zip(b)), inA = Pairs(a), inB = Pairs(b), all = a.Length * (a.Length - 1.0) / 2;
        double expected = all == 0 ? 0 : inA * inB / all, maximum = (inA + inB) / 2;
        return maximum == expected ? 1 : (together - expected) / (maximum - expected);
    }

    private static double Pairs<T>(IEnumerable<T> labels) where T : notnull =>
        labels.CountBy(label => label).Sum(group => group.Value * (group.Value - 1.0) / 2);
}
