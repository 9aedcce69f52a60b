using InterestService.Api.Requests;
using InterestService.Pipeline;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Storage.Entities;

/// <summary>One run of the pipeline: what was asked for, how far it is, what came out.</summary>
internal sealed class Clustering : LongJob
{
    public required ClusteringRequest Request { get; init; }

    /// <summary>Events in the window, before cleaning.</summary>
    public long Events { get; set; }

    /// <summary>Users that got a cluster.</summary>
    public int Users { get; set; }

    /// <summary>Items that the encoder knows.</summary>
    public int Items { get; set; }

    public int Clusters { get; set; }

    public CleaningStep[] Cleaning { get; set; } = [];

    public SourceShare[] Sources { get; set; } = [];

    public ClusteringMetrics? Metrics { get; set; }

    /// <summary>How the number of clusters was chosen, of a clustering that was asked to.</summary>
    public ClusterCountChoice? Selection { get; set; }

    /// <summary>How it compared with the clustering that was published when it was saved, if it was to publish itself.</summary>
    public PublishGate[] Gates { get; set; } = [];

    /// <summary>When it was last published; null: never.</summary>
    public DateTime? PublishedAt { get; set; }

    /// <summary>The clustering that was published when the ids of the clusters were decided; null: none. It may be gone by now.</summary>
    public Guid? BasedOn { get; set; }

    /// <summary>What became of that one's clusters, by ids; null until this one has succeeded.</summary>
    public ClusterLineage? Lineage { get; set; }

    /// <summary>Batches of events up to this one were all there when its events were loaded; see <see cref="Arrivals"/>.</summary>
    public long LoadedBatch { get; set; }

    /// <summary>Users of batches up to this one have been assigned, by its own run or later.</summary>
    public long AssignedBatch { get; set; }

    public List<Cluster> ClusterProfiles { get; init; } = [];
}

/// <summary>What a gate found.</summary>
/// <param name="Name"><c>silhouette</c>, <c>recallAt10</c> or <c>stability</c>.</param>
/// <param name="Published">The figure of the clustering that was published then.</param>
/// <param name="Found">This one's.</param>
/// <param name="Least">It had to be at least this.</param>
/// <param name="Passed">Whether it was.</param>
public sealed record PublishGate(string Name, double Published, double Found, double Least, bool Passed);

/// <summary>The trained encoder of a clustering, so that unseen events can be encoded without training again.</summary>
internal sealed class Model
{
    public required Guid ClusteringId { get; init; }

    public required string Encoder { get; init; }

    /// <summary>What the encoder's own <c>Save</c> wrote.</summary>
    public required byte[] Content { get; init; }
}
