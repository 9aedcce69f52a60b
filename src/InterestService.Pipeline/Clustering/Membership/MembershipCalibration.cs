using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Membership;

/// <summary>
/// How far to trust a user's distances to the centroids, by how much is known of the user: little at one item, much at many. It is fitted
/// where the end is known, on the beginnings of active users, and needs no label.
/// </summary>
public sealed class MembershipCalibration
{
    /// <summary>Fewer beginnings of one length say too little.</summary>
    private const int MinSamples = 20;

    /// <summary>Fewer do not tell stated from observed probabilities.</summary>
    private const int MinForRegression = 100;

    // On the logarithm of the sharpness; squared distances between unit vectors are at most 4.
    private const double Lowest = -7;
    private const double Highest = 14;

    private readonly MembershipLevel[] _levels;

    /// <param name="levels">By activity, at least one.</param>
    public MembershipCalibration(IReadOnlyList<MembershipLevel> levels) => _levels = [.. levels];

    public IReadOnlyList<MembershipLevel> Levels => _levels;

    /// <summary>
    /// For each length of beginnings, first the variance under which, in a mixture of spherical Gaussians around the centroids, the
    /// clusters of the whole users are likeliest (temperature scaling: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural
    /// Networks", ICML 2017), then an isotonic regression of how often the most probable cluster is the whole user's. Each length counts
    /// one more observation in which any cluster is as likely, so that a few agreements are no certainty. Lengths with fewer than 20
    /// beginnings are left out; where all have, they count as one.
    /// </summary>
    /// <param name="beginnings"><c>[beginnings x dimensions]</c></param>
    /// <param name="activity">Items of each, <c>[beginnings]</c>.</param>
    /// <param name="clusters">Cluster of the whole user, <c>[beginnings]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c></param>
    public static MembershipCalibration Fit(Matrix beginnings, int[] activity, int[] clusters, Matrix centroids)
    {
        var levels = Enumerable.Range(0, beginnings.Rows).GroupBy(row => activity[row]).OrderBy(level => level.Key)
            .Select(level => (Activity: level.Key, Rows: level.ToArray()))
            .Where(level => level.Rows.Length >= MinSamples).ToList();
        if (levels.Count == 0) levels.Add((1, [.. Enumerable.Range(0, beginnings.Rows)]));
        return new MembershipCalibration([.. levels.Select(level => FitLevel(level.Activity, level.Rows.Select(row => new Beginning(
            [.. Enumerable.Range(0, centroids.Rows).Select(c => (double)RowMath.SquaredDistance(beginnings.Row(row), centroids.Row(c)))],
            clusters[row])).ToArray()))]);
    }

    /// <summary>Posterior weights of the clusters, 1 for the nearest, and its probability.</summary>
    /// <param name="distances">Squared, of one user, ascending.</param>
    /// <param name="activity">Items of the user.</param>
    /// <param name="weights">Filled, <c>[clusters]</c>.</param>
    /// <returns>The calibrated probability of the nearest.</returns>
    internal double Posterior(ReadOnlySpan<float> distances, int activity, Span<double> weights)
    {
        var (before, after, part) = Around(activity);
        double sharpness = Sharpness(activity), sum = 0;
        for (int i = 0; i < distances.Length; i++) sum += weights[i] = Math.Exp(sharpness * ((double)distances[0] - distances[i]));
        return Between(before.Observed(1 / sum), after.Observed(1 / sum), part);
    }

    /// <summary>1 / (2 variance) of a user, on a line between the logarithms of the levels on both sides.</summary>
    /// <param name="activity">Items of the user.</param>
    internal double Sharpness(int activity)
    {
        var (before, after, part) = Around(activity);
        return Math.Exp(Between(before.LogSharpness, after.LogSharpness, part));
    }

    private (MembershipLevel Before, MembershipLevel After, double Part) Around(int activity)
    {
        double at = Math.Log(Math.Max(activity, 1));
        int next = Array.FindIndex(_levels, level => level.LogActivity >= at);
        MembershipLevel after = _levels[next < 0 ? ^1 : next], before = next <= 0 ? after : _levels[next - 1];
        return (before, after, before == after ? 0 : (at - before.LogActivity) / (after.LogActivity - before.LogActivity));
    }

    private static double Between(double low, double high, double part) => low + (part * (high - low));

    private static MembershipLevel FitLevel(int activity, Beginning[] beginnings)
    {
        int clusters = beginnings[0].Distances.Length;
        double logSharpness = LogSharpness(beginnings);
        var observations = beginnings.Select(beginning => (
            Stated: 1 / Expectation(beginning.Distances, Math.Exp(logSharpness)).Sum,
            Observed: beginning.Distances[beginning.Cluster] <= beginning.Distances.Min() ? 1.0 : 0));
        var regression = beginnings.Length < MinForRegression
            ? null
            : IsotonicRegression.Fit(observations.Append((1, 1.0 / clusters)));
        return new MembershipLevel(Math.Log(activity), logSharpness, regression);
    }

    /// <summary>
    /// The logarithm of the sharpness s = 1 / (2 variance) at which the mean over beginnings of <c>s d(own) + ln sum exp(-s d)</c> is
    /// least. It is convex in s: its slope, the mean of what the own distance is above the expected one, is halved down to 0.
    /// </summary>
    private static double LogSharpness(Beginning[] beginnings)
    {
        double unknown = 1.0 / (beginnings.Length + 1);
        double own = beginnings.Average(b => ((1 - unknown) * b.Distances[b.Cluster]) + (unknown * b.Distances.Average()));
        double low = Lowest, high = Highest;
        for (int step = 0; step < 40; step++)
        {
            double middle = (low + high) / 2;
            if (own < beginnings.Average(b => Expectation(b.Distances, Math.Exp(middle)).Distance)) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>The expected squared distance, and the sum of the clusters' weights, that of the nearest being 1.</summary>
    private static (double Distance, double Sum) Expectation(double[] distances, double sharpness)
    {
        double nearest = distances.Min(), sum = 0, weighed = 0;
        foreach (double distance in distances)
        {
            double weight = Math.Exp(sharpness * (nearest - distance));
            sum += weight;
            weighed += weight * distance;
        }

        return (weighed / sum, sum);
    }

    /// <param name="Distances">Squared, to each centroid.</param>
    /// <param name="Cluster">Of the whole user.</param>
    private sealed record Beginning(double[] Distances, int Cluster);
}

/// <summary>What holds for users of one activity.</summary>
/// <param name="LogActivity">Logarithm of the number of items.</param>
/// <param name="LogSharpness">Logarithm of 1 / (2 variance).</param>
/// <param name="Regression">Of the probabilities that come of it; null with too few users to tell.</param>
public sealed record MembershipLevel(double LogActivity, double LogSharpness, IsotonicRegression? Regression)
{
    internal double Observed(double stated) => Regression?.At(stated) ?? stated;
}
