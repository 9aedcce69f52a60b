using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// Chooses the number of clusters: sweeps over candidates on a sample of the points and takes the one with the highest mean of
/// silhouette and stability. The silhouette alone likes a few coarse clusters, the stability tells which of the finer ones the
/// data really have.
/// </summary>
public static class ClusterCountSelection
{
    /// <summary>Points in the sample; the curve of more looks the same.</summary>
    private const int SampleSize = 5000;

    /// <summary>A cluster of fewer points than this would be an accident.</summary>
    private const int PointsPerCluster = 5;

    private const int StabilityPairs = 3;
    private static readonly int[] _candidates = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 50];

    /// <summary>Sweeps.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="cluster">Clusters some points into so many clusters.</param>
    /// <param name="seed">Of the sample.</param>
    /// <param name="report">Told which part of the sweep is done, 0 to 1.</param>
    /// <param name="cancellation">Looked at before each candidate.</param>
    public static ClusterCountChoice Choose(
        Matrix points, Func<Matrix, int, int, int[]> cluster, int seed, Action<double> report, CancellationToken cancellation)
    {
        var sample = points.Rows <= SampleSize
            ? points
            : points.SelectRows(new Random(seed).SampleAscending(points.Rows, SampleSize));
        int[] candidates = [.. _candidates.Where(count => count * PointsPerCluster <= sample.Rows)];
        if (candidates.Length == 0) return new ClusterCountChoice(1, []);
        var scores = new List<ClusterCountScore>();
        foreach (int count in candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            var silhouette = Silhouette.Compute(sample, cluster(sample, count, seed), null, cancellation);
            var stability = Stability.Compute(sample, (part, partSeed) => cluster(part, count, partSeed), StabilityPairs, seed, cancellation);
            scores.Add(new ClusterCountScore(count, silhouette.Score, stability.Score, (silhouette.Score + stability.Score) / 2));
            report((double)scores.Count / candidates.Length);
        }

        return new ClusterCountChoice(scores.MaxBy(score => score.Score)!.Clusters, scores);
    }
}

/// <summary>The chosen number of clusters and the curve behind it.</summary>
/// <param name="Chosen">The candidate with the highest score; 1 when there are too few points for two clusters.</param>
/// <param name="Candidates">In ascending order.</param>
public sealed record ClusterCountChoice(int Chosen, IReadOnlyList<ClusterCountScore> Candidates);

/// <summary>How good a number of clusters is, on a sample.</summary>
/// <param name="Clusters">The number.</param>
/// <param name="Silhouette">Mean silhouette, -1 to 1.</param>
/// <param name="Stability">Mean adjusted Rand index of clusterings of different samples, at most 1.</param>
/// <param name="Score">Mean of the two.</param>
public sealed record ClusterCountScore(int Clusters, double Silhouette, double Stability, double Score);
