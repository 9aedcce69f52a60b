using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Clustering.Membership;

/// <summary>
/// Soft membership: for each user the most probable clusters, as <c>[users x width]</c> arrays of cluster indexes and probabilities, in
/// descending order, each row summing to 1. The probability of clusters beyond the width is distributed over all but the first, as long as
/// that remains the most probable.
/// </summary>
public sealed record Memberships(int Width, int[] Clusters, float[] Probabilities)
{
    /// <summary>The most probable cluster of each user, <c>[users]</c>.</summary>
    public int[] FirstClusters => [.. Clusters.Where((_, i) => i % Width == 0)];

    /// <summary>The probability of that cluster, <c>[users]</c>.</summary>
    public float[] FirstProbabilities => [.. Probabilities.Where((_, i) => i % Width == 0)];

    /// <summary>
    /// Computes posterior probabilities in a mixture of spherical Gaussians around the centroids (the model under which K-means is the
    /// maximum likelihood answer; Bishop, "Pattern Recognition and Machine Learning", 9.3.2), calibrated by the activity of the user. A
    /// probability of .8 means that four of five such users would still belong to that cluster after much more activity.
    /// </summary>
    /// <param name="points"><c>[users x dimensions]</c>.</param>
    /// <param name="activity">Number of items of each user, <c>[users]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c>.</param>
    /// <param name="calibration">Fitted with the same centroids.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    /// <param name="width">Maximum number of clusters per user.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static Memberships Compute(
        Matrix points,
        int[] activity,
        Matrix centroids,
        MembershipCalibration calibration,
        int threads,
        CancellationToken cancellation,
        int width = 5)
    {
        int clusters = centroids.Rows;
        width = Math.Min(width, clusters);
        var result = new Memberships(width, new int[(long)points.Rows * width], new float[(long)points.Rows * width]);
        new RowChunks(points.Rows, threads, cancellation).ForEach((_, first, end) =>
        {
            float[] distances = new float[clusters];
            int[] order = new int[clusters];
            double[] weights = new double[clusters];
            for (int row = first; row < end; row++)
            {
                for (int c = 0; c < clusters; c++)
                    (distances[c], order[c]) = (RowMath.SquaredDistance(points.Row(row), centroids.Row(c)), c);
                Array.Sort(distances, order);
                OrderEqual(distances, order);
                double nearest = calibration.Posterior(distances, activity[row], weights);
                double others = weights[1..width].Sum(), second = others > 0 ? weights[1] / others : 0; // second: fraction of the others
                double highest = width == 1 ? 1 : Math.Max(nearest, second / (1 + second));
                for (int i = 0; i < width; i++)
                {
                    result.Clusters[(row * width) + i] = order[i];
                    double share = i == 0 ? highest : others > 0 ? (1 - highest) * weights[i] / others : 0;
                    result.Probabilities[(row * width) + i] = (float)share;
                }
            }
        });
        return result;
    }

    /// <summary>Orders clusters at the same distance by their index, as the sort does not.</summary>
    private static void OrderEqual(float[] distances, int[] order)
    {
        for (int i = 1; i < order.Length; i++)
            for (int at = i; at > 0 && distances[at] == distances[at - 1] && order[at] < order[at - 1]; at--)
                (order[at], order[at - 1]) = (order[at - 1], order[at]);
    }

    /// <summary>
    /// Computes the logarithm of the odds of one cluster against all others in the same mixture, <c>[users]</c>; infinite if there is no
    /// other.
    /// </summary>
    /// <param name="points"><c>[users x dimensions]</c>.</param>
    /// <param name="activity">Number of items of each user, <c>[users]</c>.</param>
    /// <param name="centroids"><c>[clusters x dimensions]</c>.</param>
    /// <param name="calibration">Fitted with the same centroids.</param>
    /// <param name="cluster">Row of <paramref name="centroids"/>.</param>
    public static double[] LogOdds(Matrix points, int[] activity, Matrix centroids, MembershipCalibration calibration, int cluster)
    {
        int[] others = [.. Enumerable.Range(0, centroids.Rows).Where(c => c != cluster)];
        if (others.Length == 0) return [.. Enumerable.Repeat(double.PositiveInfinity, points.Rows)];
        return [.. Enumerable.Range(0, points.Rows).Select(row =>
        {
            double own = RowMath.SquaredDistance(points.Row(row), centroids.Row(cluster));
            double[] further = [.. others.Select(c => RowMath.SquaredDistance(points.Row(row), centroids.Row(c)) - own)];
            double sharpness = calibration.Sharpness(activity[row]), nearest = further.Min();
            return (sharpness * nearest) - Math.Log(further.Sum(distance => Math.Exp(sharpness * (nearest - distance))));
        })];
    }
}
