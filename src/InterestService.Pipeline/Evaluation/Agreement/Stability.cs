using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Agreement;

/// <summary>
/// How far the clusters are the data's and not the sample's: pairs of random halves-and-more of the points are clustered
/// apart, and their answers compared on the points that both saw (Ben-Hur, Elisseeff and Guyon, "A stability based method for
/// discovering structure in clustered data", 2002).
/// </summary>
public static class Stability
{
    /// <summary>Part of the points in each sample.</summary>
    private const double Part = .8;

    /// <summary>Most points in each sample; a pair on more costs time and says little more.</summary>
    private const int MaxSampleSize = 20_000;

    /// <summary>Clusters a sample of the points, <c>[sample x columns]</c>; -1 is noise.</summary>
    public delegate int[] Clusterer(Matrix sample, int seed);

    /// <summary>Mean adjusted Rand index over pairs of samples.</summary>
    /// <param name="points"><c>[points x columns]</c>; at least two.</param>
    /// <param name="cluster">The algorithm, with all its settings.</param>
    /// <param name="pairs">Number of pairs, at least 1.</param>
    /// <param name="seed">Of the samples; pair p clusters with the seeds that follow from it.</param>
    /// <param name="cancellation">Looked at before each sample is clustered.</param>
    public static StabilityResult Compute(Matrix points, Clusterer cluster, int pairs, int seed, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(points.Rows, 2, nameof(points));
        var random = new Random(seed);
        int size = Math.Min(MaxSampleSize, Math.Max(2, (int)(points.Rows * Part)));
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
/// <param name="Score">Mean adjusted Rand index, at most 1; 0 by chance.</param>
/// <param name="StandardError">Of it.</param>
/// <param name="Pairs">Pairs of samples.</param>
public sealed record StabilityResult(double Score, double StandardError, int Pairs);
