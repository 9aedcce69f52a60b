namespace InterestService.Pipeline.Clustering;

/// <summary>
/// How far users' vectors stray from the centroid that they would turn out to belong to, by how much is known of them: little at many
/// items, much at one. It is fitted where both are known, on the beginnings of active users.
/// </summary>
public sealed class MembershipVariance
{
    /// <summary>Fewer beginnings of one length say too little.</summary>
    private const int FewestSamples = 20;

    // On the logarithm of 1 / (2 variance); squared distances between unit vectors are at most 4.
    private const double Lowest = -7;
    private const double Highest = 14;

    private readonly double[] _activities;
    private readonly double[] _sharpness;

    /// <param name="activities">Logarithms of numbers of items, ascending, <c>[levels]</c>.</param>
    /// <param name="sharpness">Logarithm of 1 / (2 variance) at each, <c>[levels]</c>.</param>
    public MembershipVariance(double[] activities, double[] sharpness) => (_activities, _sharpness) = (activities, sharpness);

    public IReadOnlyList<double> Activities => _activities;

    public IReadOnlyList<double> LogSharpnesses => _sharpness;

    /// <summary>
    /// For each length of beginnings the variance under which, in a mixture of spherical Gaussians around the centroids, the clusters of
    /// the whole users are likeliest (temperature scaling: Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks",
    /// ICML 2017). No label is needed. Each length counts one more observation in which any cluster is as likely, so that a few
    /// agreements are no certainty. Lengths with fewer than 20 beginnings are left out; where all have, they count as one.
    /// </summary>
    /// <param name="beginnings"><c>[beginnings x dimensions]</c></param>
    /// <param name="activity">Items of each, <c>[beginnings]</c>.</param>
    /// <param name="clusters">Cluster of the whole user, <c>[beginnings]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c></param>
    public static MembershipVariance Fit(Matrix beginnings, int[] activity, int[] clusters, Matrix centroids)
    {
        var levels = Enumerable.Range(0, beginnings.Rows).GroupBy(row => activity[row]).OrderBy(level => level.Key)
            .Select(level => (Activity: level.Key, Rows: level.ToArray()))
            .Where(level => level.Rows.Length >= FewestSamples).ToList();
        if (levels.Count == 0) levels.Add((1, [.. Enumerable.Range(0, beginnings.Rows)]));
        return new MembershipVariance(
            [.. levels.Select(level => Math.Log(level.Activity))],
            [.. levels.Select(level => LogSharpness(beginnings, level.Rows, clusters, centroids))]);
    }

    /// <summary>1 / (2 variance) of a user, on a line between the logarithms of the lengths on both sides.</summary>
    /// <param name="activity">Items of the user.</param>
    public double Sharpness(int activity)
    {
        double at = Math.Log(Math.Max(activity, 1));
        int next = Array.FindIndex(_activities, level => level >= at);
        if (next <= 0) return Math.Exp(next == 0 ? _sharpness[0] : _sharpness[^1]);
        double part = (at - _activities[next - 1]) / (_activities[next] - _activities[next - 1]);
        return Math.Exp(_sharpness[next - 1] + (part * (_sharpness[next] - _sharpness[next - 1])));
    }

    /// <summary>
    /// The logarithm of the sharpness b at which the mean over rows of <c>b d(own) + ln sum exp(-b d)</c> is least. It is convex in b: its
    /// slope, the mean of what the own distance is above the expected one, is halved down to 0.
    /// </summary>
    private static double LogSharpness(Matrix points, int[] rows, int[] clusters, Matrix centroids)
    {
        int count = centroids.Rows;
        double[][] distances = [.. rows.Select(row => Enumerable.Range(0, count)
            .Select(c => (double)RowMath.SquaredDistance(points.Row(row), centroids.Row(c))).ToArray())];
        double unknown = 1.0 / (rows.Length + 1);
        double own = rows.Zip(distances, (row, d) => ((1 - unknown) * d[clusters[row]]) + (unknown * d.Average())).Average();
        double low = Lowest, high = Highest;
        for (int step = 0; step < 40; step++)
        {
            double middle = (low + high) / 2;
            if (own < distances.Average(d => Expected(d, Math.Exp(middle)))) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    private static double Expected(double[] distances, double sharpness)
    {
        double nearest = distances.Min(), sum = 0, weighed = 0;
        foreach (double distance in distances)
        {
            double weight = Math.Exp(sharpness * (nearest - distance));
            sum += weight;
            weighed += weight * distance;
        }

        return weighed / sum;
    }
}
