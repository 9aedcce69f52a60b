using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline;

/// <summary>What a run of <see cref="InterestPipeline"/> found. Rows and arrays stand in the order of <paramref name="UserIds"/>.</summary>
/// <param name="UserIds">Users that got a cluster, <c>[users]</c>.</param>
/// <param name="ItemCount">Items that the encoder knows.</param>
/// <param name="Vectors"><c>[users x dimensions]</c>, rows of unit length.</param>
/// <param name="Partition">The users' clusters, as indexes into <paramref name="Clusters"/>.</param>
/// <param name="Distances">Euclidean distance to the own centroid, <c>[users]</c>.</param>
/// <param name="Memberships">Probable clusters of each user.</param>
/// <param name="Clusters">Largest first.</param>
/// <param name="Selection">How the number of clusters was chosen; null when it was given.</param>
/// <param name="Tree">The merges behind a hierarchical clustering.</param>
/// <param name="Popularity">The items that most users come to, of everyone and of each cluster.</param>
/// <param name="Population">Everyone's attention, which single users are compared with.</param>
/// <param name="Sources">What each source had to say.</param>
/// <param name="Cleaning">What each step removed.</param>
/// <param name="Metrics">How good the clusters are.</param>
/// <param name="Model">What <see cref="TrainedModel"/> reads.</param>
public sealed record PipelineResult(
    string[] UserIds,
    int ItemCount,
    Matrix Vectors,
    Partition Partition,
    float[] Distances,
    Memberships Memberships,
    ClusterDescription[] Clusters,
    ClusterCountChoice? Selection,
    MergeTree? Tree,
    Popularity Popularity,
    IReadOnlyList<FeatureShare> Population,
    IReadOnlyList<SourceShare> Sources,
    IReadOnlyList<CleaningStep> Cleaning,
    ClusteringMetrics Metrics,
    byte[] Model)
{
    /// <summary>Events of the window, before cleaning.</summary>
    public int EventCount => Cleaning[0].RemovedEvents + Cleaning[0].RemainingEvents;
}
