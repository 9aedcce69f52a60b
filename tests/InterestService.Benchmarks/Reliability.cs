using InterestService.Pipeline.Clustering;

namespace InterestService.Benchmarks;

/// <summary>How often stated probabilities come true: of the users whose most probable cluster is stated with about p, how many belong to it.</summary>
/// <param name="Bins">By stated probability, .1 wide; those without users are left out.</param>
/// <param name="ExpectedCalibrationError">Mean distance of stated from observed, by bin, weighed with the users (Guo et al. 2017).</param>
internal sealed record Reliability(IReadOnlyList<ReliabilityBin> Bins, double ExpectedCalibrationError)
{
    /// <summary>Right is the cluster in which the user's own group has its majority.</summary>
    /// <param name="memberships">Of users.</param>
    /// <param name="groups">The group that each user really is in, <c>[users]</c>.</param>
    public static Reliability Of(Memberships memberships, int[] groups)
    {
        int[] tops = [.. Enumerable.Range(0, groups.Length).Select(user => memberships.Clusters[user * memberships.Width])];
        var majority = tops.Zip(groups).GroupBy(pair => pair.First)
            .ToDictionary(cluster => cluster.Key, cluster => cluster.CountBy(pair => pair.Second).MaxBy(group => group.Value).Key);
        var bins = Enumerable.Range(0, groups.Length)
            .Select(user => (Stated: (double)memberships.Probabilities[user * memberships.Width], Right: majority[tops[user]] == groups[user]))
            .GroupBy(user => Math.Min((int)(user.Stated * 10), 9))
            .OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin(bin.Key / 10.0, bin.Count(), bin.Average(user => user.Stated), bin.Average(user => user.Right ? 1.0 : 0)))
            .ToList();
        return new Reliability(bins, bins.Sum(bin => bin.Users * Math.Abs(bin.Stated - bin.Observed)) / groups.Length);
    }
}

/// <param name="From">The stated probabilities from here to .1 more.</param>
/// <param name="Users">How many.</param>
/// <param name="Stated">Their mean stated probability.</param>
/// <param name="Observed">Part of them that is right.</param>
internal sealed record ReliabilityBin(double From, int Users, double Stated, double Observed);
