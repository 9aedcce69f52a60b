namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>
/// How often stated probabilities come true: of the users whose most probable cluster is stated with about p, how many belong to it
/// (reliability diagram: DeGroot and Fienberg, "The comparison and evaluation of forecasters", 1983).
/// </summary>
/// <param name="Bins">By stated probability, .1 wide; those without users are left out.</param>
/// <param name="ExpectedCalibrationError">
/// Mean distance of stated from observed, by bin, weighed with the users (Guo, Pleiss, Sun and Weinberger, ICML 2017); 0 to 1.
/// </param>
public sealed record Reliability(IReadOnlyList<ReliabilityBin> Bins, double ExpectedCalibrationError)
{
    /// <summary>Right is a cluster in which the user's own group has the majority.</summary>
    /// <param name="clusters">The most probable cluster of each user, <c>[users]</c>.</param>
    /// <param name="probabilities">Stated for it, <c>[users]</c>.</param>
    /// <param name="groups">The group that each user really is in, <c>[users]</c>.</param>
    public static Reliability Compute(int[] clusters, float[] probabilities, int[] groups)
    {
        var majority = clusters.Zip(groups).GroupBy(pair => pair.First)
            .ToDictionary(cluster => cluster.Key, cluster => cluster.CountBy(pair => pair.Second).MaxBy(group => group.Value).Key);
        var bins = Enumerable.Range(0, groups.Length)
            .GroupBy(user => Math.Min((int)(probabilities[user] * 10), 9))
            .OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin(
                bin.Key / 10.0, bin.Count(), bin.Average(user => (double)probabilities[user]),
                bin.Average(user => majority[clusters[user]] == groups[user] ? 1.0 : 0)))
            .ToList();
        return new Reliability(bins, bins.Sum(bin => bin.Users * Math.Abs(bin.Stated - bin.Observed)) / groups.Length);
    }
}

/// <param name="From">Stated probabilities from here to .1 more.</param>
/// <param name="Users">How many.</param>
/// <param name="Stated">Their mean stated probability.</param>
/// <param name="Observed">Part of them that is right.</param>
public sealed record ReliabilityBin(double From, int Users, double Stated, double Observed);
