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

    /// <summary>Evaluates the candidates in ascending order, up to the first that the points do not allow.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="cluster">
    /// Clusters points into a number of clusters with a seed; returns their labels, or null if the points have fewer different vectors.
    /// </param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="threads">Maximum number of threads of the evaluation.</param>
    /// <param name="report">Receives the fraction of the candidates that are done, 0 to 1.</param>
    /// <param name="cancellation">Checked before each candidate.</param>
    public static ClusterCountChoice Choose(
        Matrix points, Func<Matrix, int, int, int[]?> cluster, int seed, int threads, Action<double> report, CancellationToken cancellation)
    {
        var sample = points.Rows <= SampleSize
            ? points
            : points.SelectRows(new Random(seed).SampleAscending(points.Rows, SampleSize));
        int distinct = sample.DistinctRows(_candidates[^1]);
        var scores = new List<ClusterCountScore>();
        string? stopped = null;
        foreach (int count in _candidates)
        {
            cancellation.ThrowIfCancellationRequested();
            stopped = count * MinPointsPerCluster > sample.Rows
                ? $"{count} clusters need at least {count * MinPointsPerCluster} users; there are {sample.Rows}."
                : count > distinct ? FewerVectors(count) : null;
            if (stopped is not null) break;
            if (cluster(sample, count, seed) is not { } labels)
            {
                stopped = FewerVectors(count);
                break;
            }

            double silhouette = Silhouette.Compute(sample, labels, new SilhouetteOptions { Threads = threads }, cancellation).Score;
            double? stability = Stability.Compute(
                sample, (part, partSeed) => cluster(part, count, partSeed), StabilityPairs, seed, cancellation).Score;
            scores.Add(new ClusterCountScore(count, silhouette, stability, (silhouette + stability) / 2));
            report((double)scores.Count / _candidates.Length);
        }

        int chosen = scores.Where(score => score.Score is not null).MaxBy(score => score.Score)?.Clusters ?? 1;
        return new ClusterCountChoice(chosen, scores, stopped);

        static string FewerVectors(int count) => $"The users have fewer than {count} different vectors.";
    }
}

/// <summary>The chosen number of clusters and the curve behind it.</summary>
/// <param name="Chosen">The candidate with the highest score; 1 when none has a score.</param>
/// <param name="Candidates">In ascending order.</param>
/// <param name="Stopped">Why no higher number was tried; null when all were.</param>
public sealed record ClusterCountChoice(int Chosen, IReadOnlyList<ClusterCountScore> Candidates, string? Stopped = null);

/// <summary>How good a number of clusters is, on a sample.</summary>
/// <param name="Clusters">The number.</param>
/// <param name="Silhouette">Mean silhouette, -1 to 1.</param>
/// <param name="Stability">
/// Mean adjusted Rand index of clusterings of different samples, at most 1; null when every pair had a sample with too few different users.
/// </param>
/// <param name="Score">Mean of the two; null without stability.</param>
public sealed record ClusterCountScore(int Clusters, double Silhouette, double? Stability, double? Score);
