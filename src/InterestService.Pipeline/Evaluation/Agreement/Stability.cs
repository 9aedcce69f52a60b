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

    /// <summary>Clusters a sample of the points, <c>[sample x columns]</c>; -1 is noise.</summary>
    public delegate int[] Clusterer(Matrix sample, int seed);

    /// <summary>Computes the mean adjusted Rand index over pairs of samples.</summary>
    /// <param name="points"><c>[points x columns]</c>; at least two.</param>
    /// <param name="cluster">The algorithm, with all its settings.</param>
    /// <param name="pairs">Number of pairs, at least 1.</param>
    /// <param name="seed">Seed for all random draws, the seeds of the clusterings included.</param>
    /// <param name="cancellation">Checked before each sample is clustered.</param>
    public static StabilityResult Compute(Matrix points, Clusterer cluster, int pairs, int seed, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(points.Rows, 2, nameof(points));
        var random = new Random(seed);
        int size = Math.Min(MaxSampleSize, Math.Max(2, (int)(points.Rows * SampleFraction)));
        double[] agreements = new double[pairs];
        for (int pair = 0; pair < pairs; pair++)
        {
            var (first, second) = (Sample(), Sample());
            int[] common = [.. first.Keys.Intersect(second.Keys).Order()];
            agreements[pair] = AdjustedRandIndex.Compute([.. common.Select(row => first[row])], [.. common.Select(row => second[row])]);
        }

        double mean = agreements.Average();
        double variance = pairs == 1 ? 0 : agreements.Sum(a => (a - mean) * (a - mean)) / (pairs - 1);
        return new StabilityResult(mean, Math.Sqrt(variance / pairs), pairs);

        Dictionary<int, int> Sample()
        {
            cancellation.ThrowIfCancellationRequested();
            int[] rows = random.SampleAscending(points.Rows, size);
            int[] labels = cluster(points.SelectRows(rows), random.Next());
            return rows.Zip(labels).ToDictionary(pair => pair.First, pair => pair.Second);
        }
    }
}

/// <summary>Agreement of clusterings of different samples.</summary>
/// <param name="Score">Mean adjusted Rand index, at most 1; 0 on average by chance.</param>
/// <param name="StandardError">Standard error of <paramref name="Score"/>.</param>
/// <param name="Pairs">Number of pairs of samples.</param>
public sealed record StabilityResult(double Score, double StandardError, int Pairs);
