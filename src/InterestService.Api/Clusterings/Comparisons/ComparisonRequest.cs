namespace InterestService.Api.Clusterings.Comparisons;

/// <summary>What a comparison is asked to do, complete: every default filled in. Stored with it.</summary>
/// <param name="Encoders">Tried with each algorithm.</param>
/// <param name="Algorithms">Tried with each encoder.</param>
/// <param name="Clusters">Number of clusters, or <c>"auto"</c>.</param>
/// <param name="Seed">Of the split and of everything random.</param>
/// <param name="From">Events before this time are left out; null: no bound.</param>
/// <param name="To">Events at or after this time are left out; null: no bound.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Parameters">What was said about the stages.</param>
public sealed record ComparisonRequest(
    IReadOnlyList<string> Encoders,
    IReadOnlyList<string> Algorithms,
    ClusterCount Clusters,
    int Seed,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string Device,
    ClusteringParameters Parameters)
{
    /// <summary>Whether another one asks for the same; records compare lists by reference.</summary>
    internal bool IsSame(ComparisonRequest other) =>
        this with { Encoders = other.Encoders, Algorithms = other.Algorithms } == other
        && Encoders.SequenceEqual(other.Encoders) && Algorithms.SequenceEqual(other.Algorithms);
}
