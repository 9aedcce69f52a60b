namespace InterestService.Pipeline.Evaluation;

/// <summary>How <see cref="Silhouette.Compute"/> samples.</summary>
public sealed record SilhouetteOptions
{
    /// <summary>
    /// Points up to which the silhouette is exact, at least 2. Above it n points are represented by a sample of <c>SampleSize^2 / n</c>,
    /// but at least 2,000, so that about as many distances are taken as at the limit. The default value is 20,000.
    /// </summary>
    public int SampleSize { get; init; } = 20_000;

    /// <summary>Seed of the sample. The default value is 0.</summary>
    public int Seed { get; init; }
}

/// <summary>The silhouette of a clustering.</summary>
/// <param name="Score">Mean silhouette of the points, -1 to 1; 0 when there are fewer than two clusters.</param>
/// <param name="StandardError">Standard error of <paramref name="Score"/> by sampling; 0 when exact.</param>
/// <param name="SampleSize">Points that were looked at.</param>
/// <param name="PerCluster">Mean silhouette by cluster id, <c>[largest id + 1]</c>; 0 for an id without points.</param>
public sealed record SilhouetteResult(double Score, double StandardError, int SampleSize, double[] PerCluster);
