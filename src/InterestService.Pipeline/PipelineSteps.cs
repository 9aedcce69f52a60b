using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>Clean events, ready for any encoder.</summary>
/// <param name="All">What users are encoded from.</param>
/// <param name="Training">What encoders learn from: the same users and items without the held-out events.</param>
/// <param name="Validation">Held-out items that tell when to stop.</param>
/// <param name="RankingEvaluator">Held-out items that judge.</param>
/// <param name="Catalogue">What is known of each item, <c>[items]</c>.</param>
/// <param name="KnownGroups">The group of each user, where it is known, <c>[users]</c>.</param>
/// <param name="Previous">Where the users were; null where that does not count.</param>
/// <param name="Cleaning">What each step removed.</param>
public sealed record PreparedEvents(
    InteractionSet All,
    InteractionSet Training,
    HeldOutItems Validation,
    RankingEvaluator RankingEvaluator,
    IReadOnlyList<ItemDescription> Catalogue,
    IReadOnlyList<string?> KnownGroups,
    PreviousUsers? Previous,
    IReadOnlyList<CleaningStep> Cleaning);

/// <summary>A trained encoder and its users.</summary>
/// <param name="Encoder">Disposed with this.</param>
/// <param name="Vectors"><c>[users x dimensions]</c>, rows of unit length.</param>
/// <param name="Previous">Where the users were; null where that does not count.</param>
/// <param name="Epochs">How the training went.</param>
public sealed record EncodedUsers(IUserEncoder Encoder, Matrix Vectors, PreviousUsers? Previous, IReadOnlyList<EpochReport> Epochs) : IDisposable
{
    public void Dispose() => Encoder.Dispose();
}

/// <summary>What an algorithm made of the vectors.</summary>
/// <param name="Partition">Clusters by size.</param>
/// <param name="Centroids">Mean directions, <c>[clusters x dimensions]</c>.</param>
/// <param name="Count">The number of clusters that was asked for.</param>
/// <param name="Selection">How that was chosen; null when it was given.</param>
/// <param name="Tree">The merges behind a hierarchical clustering.</param>
public sealed record FoundClusters(Partition Partition, Matrix Centroids, int Count, ClusterCountChoice? Selection, MergeTree? Tree);

/// <summary>Judged clusters, and what it takes to explain them.</summary>
/// <param name="Events">What users were encoded from.</param>
/// <param name="Catalogue">What is known of each item, <c>[items]</c>.</param>
/// <param name="Cleaning">What each step removed.</param>
/// <param name="Users">Disposed with this.</param>
/// <param name="Found">Their clusters.</param>
/// <param name="Metrics">How good these are.</param>
public sealed record LearnedClusters(
    InteractionSet Events,
    IReadOnlyList<ItemDescription> Catalogue,
    IReadOnlyList<CleaningStep> Cleaning,
    EncodedUsers Users,
    FoundClusters Found,
    ClusteringMetrics Metrics) : IDisposable
{
    public void Dispose() => Users.Dispose();
}
