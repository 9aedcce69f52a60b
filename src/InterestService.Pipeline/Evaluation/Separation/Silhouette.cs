using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Separation;

/// <summary>The silhouette (Rousseeuw 1987) with Euclidean distances.</summary>
public static class Silhouette
{
    // Keeps the standard error below .023 for any number of points.
    private const int MinSampleSize = 2_000;

    /// <summary>
    /// Mean over the points of <c>(b - a) / max(a, b)</c>: a the mean distance to the other points of the own cluster, b the lowest mean
    /// distance to the points of another. A cluster of one point counts 0; with fewer than two clusters the result is 0. Labels below 0 are
    /// noise and excluded.
    /// </summary>
    /// <remarks>
    /// Above <see cref="SilhouetteOptions.SampleSize"/> points a sample stratified by cluster replaces them, in proportion but with at
    /// least two points per cluster. a and b are computed over all points, not within the sample, which would underestimate b without an
    /// effect on the standard error: that is the one of a stratified mean with finite population correction.
    /// </remarks>
    /// <param name="points"><c>[points x columns]</c></param>
    /// <param name="labels"><c>[points]</c></param>
    /// <exception cref="ArgumentOutOfRangeException">The sample size is below 2.</exception>
    /// <exception cref="ArgumentException">The lengths differ, or a value is NaN or infinite.</exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static SilhouetteResult Compute(
        Matrix points, int[] labels, SilhouetteOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SilhouetteOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SampleSize, 2, nameof(options));
        var labelled = new LabelledPoints(points, labels);
        double[] perCluster = new double[labelled.Ids.Length == 0 ? 0 : labelled.Ids[^1] + 1];
        if (labelled.Ids.Length < 2)
            return new SilhouetteResult(0, 0, labelled.Count, perCluster);

        int[][] sample = labelled.Count <= options.SampleSize
            ? labelled.Members
            : Sample(labelled, options);
        double[][] widths = SilhouetteWidths.Compute(points, labelled.Members, sample, options, cancellation);
        double score = 0, variance = 0;
        for (int c = 0; c < widths.Length; c++)
        {
            double mean = perCluster[labelled.Ids[c]] = widths[c].Average();
            double share = (double)labelled.Members[c].Length / labelled.Count;
            score += share * mean;
            double unseen = options.IsSample ? 1 : 1 - ((double)widths[c].Length / labelled.Members[c].Length);
            if (unseen > 0 && widths[c].Length > 1)
                variance += share * share * unseen * Variance(widths[c], mean) / widths[c].Length;
        }

        return new SilhouetteResult(score, Math.Sqrt(variance), sample.Sum(rows => rows.Length), perCluster);
    }

    private static int[][] Sample(LabelledPoints labelled, SilhouetteOptions options)
    {
        var random = new Random(options.Seed);
        double size = Math.Clamp((double)options.SampleSize * options.SampleSize / labelled.Count, MinSampleSize, labelled.Count);
        return Array.ConvertAll(labelled.Members, members =>
        {
            int share = Math.Max(2, (int)Math.Round(size * members.Length / labelled.Count));
            int[] sample = random.Sample(members.Length, Math.Min(members.Length, share));
            return Array.ConvertAll(sample, i => members[i]);
        });
    }

    private static double Variance(double[] values, double mean) =>
        values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
}

/// <summary>Options of <see cref="Silhouette.Compute"/>.</summary>
public sealed record SilhouetteOptions
{
    /// <summary>
    /// Maximum number of points for an exact silhouette, at least 2. Above it n points are represented by a sample of <c>SampleSize^2 / n</c>,
    /// at least 2,000, so that the number of distances is about the same as at the limit. The default value is 20,000.
    /// </summary>
    public int SampleSize { get; init; } = 20_000;

    /// <summary>
    /// Whether the points are a sample of many more, of which the silhouette is an estimate: it has a standard error then also where all of the points
    /// are measured. The default value is false.
    /// </summary>
    public bool IsSample { get; init; }

    /// <summary>Seed of the sample. The default value is 0.</summary>
    public int Seed { get; init; }

    /// <summary>Maximum number of threads. The default value is the number of processors; the result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where distances are computed: <c>cpu</c> or, if there are enough, <c>cuda</c>. The default value is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";
}

/// <summary>The silhouette of a clustering.</summary>
/// <param name="Score">Mean silhouette of the points, -1 to 1; 0 if there are fewer than two clusters.</param>
/// <param name="StandardError">Standard error of <paramref name="Score"/> by sampling; 0 if exact.</param>
/// <param name="SampleSize">Number of points in the sample.</param>
/// <param name="PerCluster">Mean silhouette by cluster id, <c>[largest id + 1]</c>; 0 for an id without points.</param>
public sealed record SilhouetteResult(double Score, double StandardError, int SampleSize, double[] PerCluster);
