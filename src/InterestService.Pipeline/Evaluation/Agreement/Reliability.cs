namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>
/// Reliability of stated probabilities: the fraction of the users with a stated probability of about p that belong to the cluster
/// (reliability diagram: DeGroot and Fienberg, "The comparison and evaluation of forecasters", 1983).
/// </summary>
/// <param name="Bins">Bins of stated probability, .1 wide; empty ones are excluded.</param>
/// <param name="ExpectedCalibrationError">
/// Mean absolute difference of stated and observed probability by bin, weighted by the number of users (Guo, Pleiss, Sun and Weinberger,
/// ICML 2017); 0 to 1.
/// </param>
public sealed record Reliability(IReadOnlyList<ReliabilityBin> Bins, double ExpectedCalibrationError)
{
    /// <summary>Evaluates stated probabilities; a cluster is correct if the majority of its users have the group of the user.</summary>
    /// <param name="clusters">The most probable cluster of each user, <c>[users]</c>.</param>
    /// <param name="probabilities">Probability stated for that cluster, <c>[users]</c>.</param>
    /// <param name="groups">True group of each user, <c>[users]</c>.</param>
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

/// <param name="From">Lower bound of the stated probabilities; the bin is .1 wide.</param>
/// <param name="Users">Number of users.</param>
/// <param name="Stated">Their mean stated probability.</param>
/// <param name="Observed">Fraction of them whose cluster is correct.</param>
public sealed record ReliabilityBin(double From, int Users, double Stated, double Observed);
