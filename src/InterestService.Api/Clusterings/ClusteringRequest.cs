namespace InterestService.Api.Clusterings;

/// <summary>What a clustering is asked to do, complete: every default filled in. Stored with the clustering.</summary>
/// <param name="Encoder">How users become vectors.</param>
/// <param name="Algorithm">How vectors become clusters.</param>
/// <param name="Clusters">Number of clusters, or <c>"auto"</c>.</param>
/// <param name="Seed">Seed of everything random: the same events and seed give the same clusters.</param>
/// <param name="From">Events before this time are left out; null: no bound.</param>
/// <param name="To">Events at or after this time are left out; null: no bound.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Publish"><c>auto</c>: publish on success, unless it is worse than what is published by more than the configured margins. <c>manual</c>: wait for <c>POST /clusterings/{id}/publish</c>.</param>
/// <param name="Parameters">What was said about the stages.</param>
public sealed record ClusteringRequest(
    string Encoder,
    string Algorithm,
    ClusterCount Clusters,
    int Seed,
    DateTimeOffset? From,
    DateTimeOffset? To,
    string Device,
    string Publish,
    ClusteringParameters Parameters)
{
    /// <summary>Whether another request asks for the same, with other chances, on another device or to be published otherwise.</summary>
    internal bool IsSameKindAs(ClusteringRequest other) => this == other with { Seed = Seed, Device = Device, Publish = Publish };
}
