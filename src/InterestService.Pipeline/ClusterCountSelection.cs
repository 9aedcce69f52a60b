using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>
/// Chooses the number of clusters: evaluates candidates on a sample of the points and returns the one with the highest mean of silhouette
/// and stability. The silhouette alone favours a few coarse clusters; the stability shows which of the finer ones are reproducible.
/// </summary>
public static class ClusterCountSelection
{
    /// <summary>Number of points in the sample; a larger one gives the same curve.</summary>
    private const int SampleSize = 5000;

    /// <summary>Minimum number of points per cluster; smaller clusters may be due to chance.</summary>
    private const int MinPointsPerCluster = 5;

    private const int StabilityPairs = 3;
    private static readonly int[] _candidates = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 50];

    /// <summary>Evaluates all candidates.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="cluster">Clusters points into a number of clusters with a seed; returns their labels.</param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="threads">Maximum number of threads of the evaluation.</param>
    /// <param name="report">Receives the fraction of the candidates that are done, 0 to 1.</param>
    /// <param name="cancellation">Checked before each candidate.</param>
    public static ClusterCountChoice Choose(
        Matrix points, Func<Matrix, int, int, int[]> cluster, int seed, int threads, Action<double> report, CancellationToken cancellation)
    {
        var sample = points.Rows <= SampleSize
            ? points
            : points.SelectRows(new Random(seed).SampleAscending(points.Rows, SampleSize));
        int[] candidates = [.. _candidates.Where(count => count * MinPointsPerCluster <= sample.Rows)];
        if (candidates.Length == 0) return new ClusterCountChoice(1, []);
        var scores = new List<ClusterCountScore>();
        foreach (int count in candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            var silhouette = Silhouette.Compute(sample, cluster(sample, count, seed), new SilhouetteOptions { Threads = threads }, cancellation);
            var stability = Stability.Compute(
                sample, (part, partSeed) => cluster(part, count, partSeed), StabilityPairs, seed, cancellation);
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
