using InterestService.Pipeline.Evaluation;

namespace InterestService.Pipeline.Comparisons;

/// <summary>The results of one pair of encoder and algorithm.</summary>
/// <param name="Encoder">How users became vectors.</param>
/// <param name="Algorithm">How vectors became clusters.</param>
public sealed record ComparisonRow(string Encoder, string Algorithm)
{
    /// <summary>Number of clusters.</summary>
    public int Clusters { get; init; }

    /// <summary>How good; null when the pair failed.</summary>
    public ClusteringMetrics? Metrics { get; init; }

    /// <summary>Training and encoding, shared by the encoder's rows; null when it failed.</summary>
    public StageCost? Encoding { get; init; }

    /// <summary>Clustering, the choice of the number of clusters included; null when it failed.</summary>
    public StageCost? Clustering { get; init; }

    /// <summary>Why the pair failed.</summary>
    public string? Error { get; init; }
}
