using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Clustering.Membership;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using InterestService.Pipeline.Projection;
using InterestService.Pipeline.Recommending;

namespace InterestService.Pipeline;

/// <summary>Result of a run of <see cref="InterestPipeline"/>. Rows and arrays are in the order of <paramref name="UserIds"/>.</summary>
/// <param name="UserIds">Clustered users, <c>[users]</c>.</param>
/// <param name="ItemCount">Items that the encoder knows.</param>
/// <param name="Vectors"><c>[users x dimensions]</c>, rows of unit length.</param>
/// <param name="Partition">The users' clusters, as indexes into <paramref name="Clusters"/>.</param>
/// <param name="Distances">Euclidean distance of each user to the centroid, <c>[users]</c>.</param>
/// <param name="Memberships">Probable clusters of each user.</param>
/// <param name="Clusters">Clusters, the largest first.</param>
/// <param name="Selection">How the number of clusters was chosen; null when it was given.</param>
/// <param name="Tree">Merges of a hierarchical clustering; null for other algorithms.</param>
/// <param name="Popularity">The items with the most users, overall and in each cluster.</param>
/// <param name="Population">Shares of attention among all users, for comparison with those of single users.</param>
/// <param name="Communities">Items of the encoder's communities; none for encoders without groups of items.</param>
/// <param name="Sources">Weight of each source.</param>
/// <param name="RatingScales">Scales of the ratings.</param>
/// <param name="Cleaning">What each step removed.</param>
/// <param name="Metrics">Quality of the clusters.</param>
/// <param name="Model">The model, as <see cref="TrainedModel"/> reads it.</param>
/// <param name="Map">The users, or a sample of them, in a plane.</param>
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
    IReadOnlyList<ItemCommunity> Communities,
    IReadOnlyList<SourceShare> Sources,
    IReadOnlyList<SourceScale> RatingScales,
    IReadOnlyList<CleaningStep> Cleaning,
    ClusteringMetrics Metrics,
    byte[] Model,
    UserMap Map)
{
    /// <summary>Events of the window, before cleaning.</summary>
    public int EventCount => Cleaning[0].RemovedEvents + Cleaning[0].RemainingEvents;
}
