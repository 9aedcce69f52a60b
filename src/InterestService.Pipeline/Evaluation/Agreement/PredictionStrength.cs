using System.Numerics.Tensors;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>
/// How well clusters of one half of the points predict those of the other half (Tibshirani and Walther, "Cluster validation by prediction
/// strength", 2005), as the mean over the points and not, as in the paper, the minimum over the clusters, which a single small cluster decides.
/// </summary>
public static class PredictionStrength
{
    /// <summary>
    /// Divides the points in halves, clusters each, and computes the fraction of the other points of a point's cluster that are with it in a
    /// cluster of the other half as well, where a point belongs to the nearest centroid of that half; the mean over points and divisions.
    /// </summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="cluster">The algorithm, with all its settings; without noise.</param>
    /// <param name="divisions">Number of divisions, at least 1.</param>
    /// <param name="seed">Seed for all random draws, the seeds of the clusterings included.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="cancellation">Checked before each half is clustered.</param>
    /// <returns>0 to 1; null when in each division a half lacks clusters.</returns>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static double? Compute(
        Matrix points, Stability.Clusterer cluster, int divisions, int seed, int threads, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(divisions, 1);
        var random = new Random(seed);
        int[] order = [.. Enumerable.Range(0, points.Rows)];
        var strengths = new List<double>();
        for (int division = 0; division < divisions; division++)
        {
            random.Shuffle(order);
            Matrix first = points.SelectRows(order.AsSpan(0, order.Length / 2)), second = points.SelectRows(order.AsSpan(order.Length / 2));
            cancellation.ThrowIfCancellationRequested();
            int[]? predicting = cluster(first, random.Next());
            cancellation.ThrowIfCancellationRequested();
            int[]? predicted = cluster(second, random.Next());
            if (predicting is null || predicted is null) continue;
            var centroids = new Partition(predicting, predicting, predicting.Max() + 1).Centroids(first);
            var cosines = InnerProducts.Compute(second, centroids, threads);
            strengths.Add(Together(predicted, [.. Enumerable.Range(0, second.Rows).Select(row => TensorPrimitives.IndexOfMax<float>(cosines.Row(row)))]));
        }

        return strengths.Count == 0 ? null : strengths.Average();
    }

    /// <summary>Mean, over the points, of the fraction of the other points of a cluster that share the prediction; 0 for a point alone.</summary>
    private static double Together(int[] clusters, int[] predictions)
    {
        double sum = 0;
        foreach (var members in Enumerable.Range(0, clusters.Length).GroupBy(point => clusters[point], point => predictions[point]))
        {
            double others = members.Count() - 1;
            if (others > 0) sum += members.CountBy(prediction => prediction).Sum(group => group.Value * (group.Value - 1.0)) / others;
        }

        return sum / clusters.Length;
    }
}
