using InterestService.Api.Requests;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Projection;

namespace InterestService.Api.Storage.Entities;

/// <summary>A run of the pipeline: its request, progress and result.</summary>
internal sealed class Clustering : LongJob
{
    public required ClusteringRequest Request { get; init; }

    /// <summary>Name of the encoder that runs; null until it is chosen.</summary>
    public string? Encoder { get; set; }

    /// <summary>Why this encoder runs, as a sentence; null until it is chosen.</summary>
    public string? EncoderReason { get; set; }

    /// <summary>Number of events in the window, before cleaning.</summary>
    public long Events { get; set; }

    /// <summary>Number of users whose events trained the model and founded the clusters, which then took the others in; null: all.</summary>
    public int? TrainedUsers { get; set; }

    /// <summary>Number of clustered users.</summary>
    public int Users { get; set; }

    /// <summary>Number of items that the encoder knows.</summary>
    public int Items { get; set; }

    public int Clusters { get; set; }

    public CleaningStep[] Cleaning { get; set; } = [];

    public SourceShare[] Sources { get; set; } = [];

    /// <summary>Scales of the ratings, by which a rating of a user is read as the clustering read it.</summary>
    public SourceScale[] RatingScales { get; set; } = [];

    public ClusteringMetrics? Metrics { get; set; }

    /// <summary>How the map of the users was made, whose points are those of the assignments; null until there is one.</summary>
    public MapSummary? Map { get; set; }

    /// <summary>How the number of clusters was chosen; null when the request gave it.</summary>
    public ClusterCountChoice? Selection { get; set; }

    /// <summary>Comparison with the clustering that was published when this one was saved; empty without automatic publishing.</summary>
    public PublishGate[] Gates { get; set; } = [];

    /// <summary>Time of the last publish; null when it was never published.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>Time at which another clustering last replaced it as the published one; null while it is published and when it never was.</summary>
    public DateTime? ReplacedAt { get; set; }

    /// <summary>Time of the deletion, after which nothing finds it and its rows are removed; null until then.</summary>
    public DateTime? DeletedAt { get; set; }

    /// <summary>Id of the clustering that was published when the cluster ids were decided, which may be deleted by now; null when there was none.</summary>
    public Guid? BasedOn { get; set; }

    /// <summary>Changes of the clusters of <see cref="BasedOn"/>, by id; null until this clustering has succeeded.</summary>
    public ClusterLineage? Lineage { get; set; }

    /// <summary>The last batch that the loaded events are certain to include; see <c>Arrivals</c>.</summary>
    public long LoadedBatch { get; set; }

    /// <summary>What was committed before the events were loaded, as a <c>pg_snapshot</c>; null until then. See <see cref="Erasure.RemovedBy"/>.</summary>
    public string? LoadedView { get; set; }

    /// <summary>The last batch whose users have been assigned, by its own run or later.</summary>
    public long AssignedBatch { get; set; }

    public List<Cluster> ClusterProfiles { get; init; } = [];
}

/// <summary>The result of a check before publishing.</summary>
/// <param name="Name"><c>silhouette</c>, <c>recallAt10</c> or <c>stability</c>.</param>
/// <param name="Published">Value of the clustering that was published at that time.</param>
/// <param name="Found">Value of this clustering.</param>
/// <param name="Least">Minimum value to pass the gate.</param>
/// <param name="Passed">Whether the value is at least the minimum, and for <c>recallAt10</c> whether at least 20 held-out items support it.</param>
public sealed record PublishGate(string Name, double Published, double Found, double Least, bool Passed);

/// <summary>
/// How far a clustering is of which a sample of the users has trained: each of its steps runs in shards, and the next begins when all shards have ended
/// it. The row is removed when the clustering is over.
/// </summary>
internal sealed class ShardedClustering
{
    public required Guid ClusteringId { get; init; }

    /// <summary>Number of buckets of the sample, whose persons are in no shard.</summary>
    public required int SampleBuckets { get; init; }

    /// <summary>Number of the current step, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>What the current step does.</summary>
    public required ShardStage Stage { get; init; }

    /// <summary>Centroids of the current step, as a packed array of float32, <c>[clusters x dimensions]</c>.</summary>
    public required byte[] Centroids { get; init; }

    /// <summary>Sums of all users' vectors with these centroids; null before they are known.</summary>
    public byte[]? Sums { get; init; }
}

/// <summary>What a step does with the users of a shard.</summary>
internal enum ShardStage
{
    /// <summary>Reads their events and encodes them.</summary>
    Encode,

    /// <summary>Sums the vectors of each cluster: a round of K-means, and the means by which the clusters are evaluated.</summary>
    Sum,

    /// <summary>Assigns them, and counts what profiles and metrics need.</summary>
    Assign,
}

/// <summary>Persons in the order of their ids, with whom one worker at a time does a step. The rows are removed when the clustering is over.</summary>
internal sealed class ClusteringShard
{
    /// <summary>The value of <see cref="FinishedStep"/> when the clustering is over: nothing more is done.</summary>
    public const int Closed = int.MaxValue;

    /// <summary>Also that of its lease.</summary>
    public required Guid Id { get; init; }

    public required Guid ClusteringId { get; init; }

    /// <summary>Its place among the shards of the clustering, from 1.</summary>
    public required int Number { get; init; }

    public required string FirstUser { get; init; }

    /// <summary>The first person of the next shard; null for the last one.</summary>
    public string? NextUser { get; init; }

    /// <summary>Number of the last step that has ended; 0 before the first one.</summary>
    public int FinishedStep { get; init; }

    /// <summary>Number of its events.</summary>
    public long Events { get; init; }

    /// <summary>What the last step has found; null after one that only writes <see cref="ShardUsers"/>.</summary>
    public byte[]? Result { get; init; }
}

/// <summary>Encoded users of a shard, from one step to the next. The rows are removed with the last step.</summary>
internal sealed class ShardUsers
{
    public required Guid ClusteringId { get; init; }

    /// <summary>Number of the shard; 0: the sample.</summary>
    public required int ShardNumber { get; init; }

    /// <summary>Place of the users among those of the shard, from 0.</summary>
    public required int Chunk { get; init; }

    /// <summary>The users, as <c>UserChunk</c> writes them.</summary>
    public required byte[] Content { get; init; }
}
