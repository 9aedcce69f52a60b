using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Membership;

/// <summary>
/// Calibration of membership probabilities by the activity of a user: distances to the centroids are less certain with one item than with
/// many. It is fitted on truncated histories of active users, whose final clusters are known, and needs no labels.
/// </summary>
public sealed class MembershipCalibration
{
    /// <summary>Minimum number of truncated histories of one length.</summary>
    private const int MinSamples = 20;

    /// <summary>Minimum number of truncated histories for a regression.</summary>
    private const int MinForRegression = 100;

    // Bounds of the logarithm of the sharpness; squared distances between unit vectors are at most 4.
    private const double MinLogSharpness = -7;
    private const double MaxLogSharpness = 14;

    private readonly MembershipLevel[] _levels;

    /// <param name="levels">In ascending order of activity, at least one.</param>
    public MembershipCalibration(IReadOnlyList<MembershipLevel> levels) => _levels = [.. levels];

    public IReadOnlyList<MembershipLevel> Levels => _levels;

    /// <summary>
    /// Fits, for each length of truncated histories, first the variance that maximises the likelihood of the clusters of the full histories
    /// in a mixture of spherical Gaussians around the centroids (temperature scaling: Guo, Pleiss, Sun and Weinberger, "On Calibration of
    /// Modern Neural Networks", ICML 2017), then an isotonic regression of how often the most probable cluster is that of the full history.
    /// Each length includes one additional observation in which all clusters are equally likely, so that a few agreements do not give
    /// certainty. Lengths with fewer than 20 histories are excluded; if all are, they are fitted as one.
    /// </summary>
    /// <param name="histories">Vectors of the truncated histories, <c>[histories x dimensions]</c>.</param>
    /// <param name="activity">Number of items of each, <c>[histories]</c>.</param>
    /// <param name="clusters">
    /// Cluster of the full history, <c>[histories]</c>; -1 where it says nothing of a cluster: the history does not count; without any that does all clusters are about equally likely.
    /// </param>
    /// <param name="centroids"><c>[clusters x dimensions]</c></param>
    public static MembershipCalibration Fit(Matrix histories, int[] activity, int[] clusters, Matrix centroids)
    {
        int[] telling = [.. Enumerable.Range(0, histories.Rows).Where(row => clusters[row] >= 0)];
        if (telling.Length == 0) return new MembershipCalibration([new MembershipLevel(0, MinLogSharpness, null)]);
        var levels = telling.GroupBy(row => activity[row]).OrderBy(level => level.Key)
            .Select(level => (Activity: level.Key, Rows: level.ToArray()))
            .Where(level => level.Rows.Length >= MinSamples).ToList();
        if (levels.Count == 0) levels.Add((1, telling));
        return new MembershipCalibration([.. levels.Select(level => FitLevel(level.Activity, level.Rows.Select(row => new TruncatedHistory(
            [.. Enumerable.Range(0, centroids.Rows).Select(c => (double)RowMath.SquaredDistance(histories.Row(row), centroids.Row(c)))],
            clusters[row])).ToArray()))]);
    }

    /// <summary>Computes the posterior weights of the clusters, relative to the nearest, and the probability of the nearest.</summary>
    /// <param name="distances">Squared distances of one user, ascending.</param>
    /// <param name="activity">Number of items of the user.</param>
    /// <param name="weights">Receives the weights, <c>[clusters]</c>.</param>
    /// <returns>The calibrated probability of the nearest cluster.</returns>
    internal double Posterior(ReadOnlySpan<float> distances, int activity, Span<double> weights)
    {
        var (before, after, part) = LevelsAround(activity);
        double sharpness = Sharpness(activity), sum = 0;
        for (int i = 0; i < distances.Length; i++) sum += weights[i] = Math.Exp(sharpness * ((double)distances[0] - distances[i]));
        return Interpolate(before.Observed(1 / sum), after.Observed(1 / sum), part);
    }

    /// <summary>Returns 1 / (2 variance) for a user, interpolated between the logarithms of the adjacent levels.</summary>
    /// <param name="activity">Number of items of the user.</param>
    internal double Sharpness(int activity)
    {
        var (before, after, part) = LevelsAround(activity);
        return Math.Exp(Interpolate(before.LogSharpness, after.LogSharpness, part));
    }

    private (MembershipLevel Before, MembershipLevel After, double Part) LevelsAround(int activity)
    {
        double at = Math.Log(Math.Max(activity, 1));
        int next = Array.FindIndex(_levels, level => level.LogActivity >= at);
        MembershipLevel after = _levels[next < 0 ? ^1 : next], before = next <= 0 ? after : _levels[next - 1];
        return (before, after, before == after ? 0 : (at - before.LogActivity) / (after.LogActivity - before.LogActivity));
    }

    private static double Interpolate(double low, double high, double part) => low + (part * (high - low));

    private static MembershipLevel FitLevel(int activity, TruncatedHistory[] histories)
    {
        int clusters = histories[0].Distances.Length;
        double logSharpness = LogSharpness(histories);
        var observations = histories.Select(history => (
            Stated: 1 / Expectation(history.Distances, Math.Exp(logSharpness)).Sum,
            Observed: history.Distances[history.Cluster] <= history.Distances.Min() ? 1.0 : 0));
        var regression = histories.Length < MinForRegression
            ? null
            : IsotonicRegression.Fit(observations.Append((1, 1.0 / clusters)));
        return new MembershipLevel(Math.Log(activity), logSharpness, regression);
    }

    /// <summary>
    /// The logarithm of the sharpness s = 1 / (2 variance) that minimises the mean of <c>s d(own) + ln sum exp(-s d)</c> over the
    /// histories. The mean is convex in s; bisection finds the zero of its slope, the mean difference of the own distance and the expected
    /// one.
    /// </summary>
    private static double LogSharpness(TruncatedHistory[] histories)
    {
        double unknown = 1.0 / (histories.Length + 1);
        double own = histories.Average(b => ((1 - unknown) * b.Distances[b.Cluster]) + (unknown * b.Distances.Average()));
        double low = MinLogSharpness, high = MaxLogSharpness;
        for (int step = 0; step < 40; step++)
        {
            double middle = (low + high) / 2;
            if (own < histories.Average(b => Expectation(b.Distances, Math.Exp(middle)).Distance)) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>Computes the expected squared distance, and the sum of the weights of the clusters relative to the nearest.</summary>
    private static (double Distance, double Sum) Expectation(double[] distances, double sharpness)
    {
        double nearest = distances.Min(), sum = 0, weighted = 0;
        foreach (double distance in distances)
        {
            double weight = Math.Exp(sharpness * (nearest - distance));
            sum += weight;
            weighted += weight * distance;
        }

        return (weighted / sum, sum);
    }

    /// <param name="Distances">Squared distance to each centroid.</param>
    /// <param name="Cluster">Cluster of the full history.</param>
    private sealed record TruncatedHistory(double[] Distances, int Cluster);
}

/// <summary>Calibration for users of one activity.</summary>
/// <param name="LogActivity">Logarithm of the number of items.</param>
/// <param name="LogSharpness">Logarithm of 1 / (2 variance).</param>
/// <param name="Regression">Regression of the resulting probabilities; null if there are too few users.</param>
public sealed record MembershipLevel(double LogActivity, double LogSharpness, IsotonicRegression? Regression)
{
    internal double Observed(double stated) => Regression?.At(stated) ?? stated;
}
