using InterestService.Api.Clusterings;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Api.Storage;

/// <summary>One run of the pipeline: what was asked for, how far it is, what came out.</summary>
internal sealed class Clustering
{
    public required Guid Id { get; init; }

    public ClusteringState State { get; set; } = ClusteringState.Queued;

    /// <summary>The stage that runs or ran last: <c>load</c>, <c>clean</c>, <c>encode</c>, <c>cluster</c>, <c>evaluate</c>, <c>profile</c>, <c>save</c>.</summary>
    public string? Stage { get; set; }

    /// <summary>0 to 1 over the whole run.</summary>
    public double Progress { get; set; }

    /// <summary>Training loss of the last epoch.</summary>
    public double? Loss { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    public DateTime? FinishedAt { get; set; }

    public required ClusteringRequest Request { get; init; }

    /// <summary>Events in the window, before cleaning.</summary>
    public long Events { get; set; }

    /// <summary>Users that got a cluster.</summary>
    public int Users { get; set; }

    /// <summary>Items that the encoder knows.</summary>
    public int Items { get; set; }

    public int Clusters { get; set; }

    public CleaningStep[] Cleaning { get; set; } = [];

    public ClusteringMetrics? Metrics { get; set; }

    /// <summary>How the number of clusters was chosen, of a clustering that was asked to.</summary>
    public ClusterCountChoice? Selection { get; set; }

    public ClusteringFailure? Failure { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>Counts the takers of the lease. A worker writes only while its own number stands here (a fencing token).</summary>
    public long LeaseNumber { get; set; }

    public DateTime? LeaseExpiresAt { get; set; }

    /// <summary>When it was last published; null: never.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>The clustering that was published when the ids of the clusters were decided; null: none. It may be gone by now.</summary>
    public Guid? BasedOn { get; set; }

    /// <summary>What became of that one's clusters, by ids; null until this one has succeeded.</summary>
    public ClusterLineage? Lineage { get; set; }

    public string? IdempotencyKey { get; set; }

    public List<Cluster> ClusterProfiles { get; init; } = [];
}
