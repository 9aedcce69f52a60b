using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline;

/// <summary>Clean and weighted events, which all later steps read.</summary>
/// <param name="Set">Input of the encoders; disposed with this.</param>
/// <param name="Steps">What each step of cleaning removed.</param>
public sealed record CleanEvents(InteractionSet Set, IReadOnlyList<CleaningStep> Steps) : IDisposable
{
    /// <summary>External ids of the remaining users, <c>[users]</c>.</summary>
    public string[] UserIds => Set.Events.UserIds;

    /// <summary>External ids of the remaining items, <c>[items]</c>.</summary>
    public string[] ItemIds => Set.Events.ItemIds;

    public void Dispose() => Set.Dispose();
}

/// <summary>Clean events with all that training and evaluation need.</summary>
/// <param name="All">Input of encoding; not owned.</param>
/// <param name="Histories">Users with the same history.</param>
/// <param name="Training">Input of training: the same users and items without the held-out events; disposed with this.</param>
/// <param name="Validation">Held-out items for early stopping.</param>
/// <param name="RankingEvaluator">Evaluates rankings on other held-out items.</param>
/// <param name="Catalogue">Catalogue entry of each item, <c>[items]</c>.</param>
/// <param name="KnownGroups">Known group of each user or null, <c>[users]</c>.</param>
/// <param name="Previous">Earlier vectors and clusters of the users; null when they do not count.</param>
internal sealed record PreparedEvents(
    InteractionSet All,
    DistinctHistories Histories,
    InteractionSet Training,
    HeldOutItems Validation,
    RankingEvaluator RankingEvaluator,
    IReadOnlyList<ItemDescription> Catalogue,
    IReadOnlyList<string?> KnownGroups,
    PreviousUsers? Previous) : IDisposable
{
    public void Dispose() => Training.Dispose();
}

/// <summary>A trained encoder and the vectors of its users.</summary>
/// <param name="Encoder">Disposed with this.</param>
/// <param name="Space">Where the users are clustered.</param>
/// <param name="Vectors">In that space, <c>[users x dimensions]</c>, rows of unit length.</param>
/// <param name="Known">Users of whom the encoder knows something.</param>
/// <param name="Previous">Earlier vectors and clusters of the users; null when they do not count.</param>
/// <param name="Epochs">Progress of the training.</param>
public sealed record EncodedUsers(
    IUserEncoder Encoder, ClusteringSpace Space, Matrix Vectors, KnownUsers Known, PreviousUsers? Previous, IReadOnlyList<EpochReport> Epochs) : IDisposable
{
    /// <summary>Vectors of the known users, <c>[known users x dimensions]</c>.</summary>
    public Matrix KnownVectors { get; } = Known.Of(Vectors);

    /// <summary>Group of each item as <see cref="IItemGroups.GroupItems"/> returns it; null for an encoder without groups of items.</summary>
    public int[]? ItemGroups => (Encoder as IItemGroups)?.GroupItems();

    public void Dispose() => Encoder.Dispose();
}

/// <summary>Clusters of vectors.</summary>
/// <param name="Partition">Clusters by size.</param>
/// <param name="Centroids">Mean directions, <c>[clusters x dimensions]</c>.</param>
/// <param name="Selection">How the number was chosen; null when it was given.</param>
/// <param name="Tree">Merges of a hierarchical clustering; null for other algorithms.</param>
public sealed record FoundClusters(Partition Partition, Matrix Centroids, ClusterCountChoice? Selection, MergeTree? Tree);

/// <summary>Evaluated clusters, ready to be explained.</summary>
/// <param name="Catalogue">Catalogue entry of each item, <c>[items]</c>.</param>
/// <param name="Users">Disposed with this.</param>
/// <param name="Found">Clusters of the users.</param>
/// <param name="Metrics">Quality of the clusters.</param>
/// <param name="PreviousMap">The map to continue; null: none.</param>
public sealed record LearnedClusters(
    IReadOnlyList<ItemDescription> Catalogue,
    EncodedUsers Users,
    FoundClusters Found,
    ClusteringMetrics Metrics,
    PreviousMap? PreviousMap) : IDisposable
{
    public void Dispose() => Users.Dispose();
}
