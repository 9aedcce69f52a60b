using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>
/// How reproducible the clusters are: pairs of random samples of the points are clustered separately, and the results compared on the
/// points that both contain (Ben-Hur, Elisseeff and Guyon, "A stability based method for discovering structure in clustered data", 2002).
/// </summary>
public static class Stability
{
    /// <summary>Fraction of the points in each sample.</summary>
    private const double SampleFraction = .8;

    /// <summary>Maximum number of points in each sample; larger samples cost time and change little.</summary>
    private const int MaxSampleSize = 20_000;

    /// <summary>
    /// Clusters a sample of the points, <c>[sample x columns]</c>, as the whole was clustered; -1 is noise. Null if the sample lacks clusters
    /// of the whole.
    /// </summary>
    public delegate int[]? Clusterer(Matrix sample, int seed);

    /// <summary>
    /// Computes the mean adjusted Rand index over pairs of samples. Pairs with a sample that lacks clusters, or with fewer than two common
    /// points, are skipped and counted.
    /// </summary>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="cluster">The algorithm, with all its settings.</param>
    /// <param name="pairs">Number of pairs, at least 1.</param>
    /// <param name="seed">Seed for all random draws, the seeds of the clusterings included.</param>
    /// <param name="cancellation">Checked before each sample is clustered.</param>
    public static StabilityResult Compute(Matrix points, Clusterer cluster, int pairs, int seed, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        if (points.Rows < 2) return new StabilityResult(null, null, 0, 0);
        var random = new Random(seed);
        int size = Math.Min(MaxSampleSize, Math.Max(2, (int)(points.Rows * SampleFraction)));
        var agreements = new List<double>();
        for (int pair = 0; pair < pairs; pair++)
        {
            var (first, second) = (Sample(), Sample());
            if (first is null || second is null) continue;
            int[] common = [.. first.Keys.Intersect(second.Keys).Order()];
            if (common.Length < 2) continue;
            agreements.Add(AdjustedRandIndex.Compute([.. common.Select(row => first[row])], [.. common.Select(row => second[row])]));
        }

        if (agreements.Count == 0) return new StabilityResult(null, null, 0, pairs);
        double mean = agreements.Average();
        double? error = agreements.Count == 1
            ? null
            : Math.Sqrt(agreements.Sum(a => (a - mean) * (a - mean)) / (agreements.Count - 1) / agreements.Count);
        return new StabilityResult(mean, error, agreements.Count, pairs - agreements.Count);

        Dictionary<int, int>? Sample()
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = random.SampleAscending(points.Rows, size);
            return cluster(points.SelectRows(rows), random.Next()) is { } labels
                ? rows.Zip(labels).ToDictionary(pair => pair.First, pair => pair.Second)
                : null;
        }
    }
}

/// <summary>Agreement of clusterings of different samples.</summary>
/// <param name="Score">Mean adjusted Rand index, at most 1; 0 on average by chance. Null without any pair.</param>
/// <param name="StandardError">Standard error of <paramref name="Score"/>; null with fewer than two pairs.</param>
/// <param name="Pairs">Number of pairs of samples behind the score.</param>
/// <param name="SkippedPairs">Number of pairs that could not be compared.</param>
public sealed record StabilityResult(double? Score, double? StandardError, int Pairs, int SkippedPairs);
