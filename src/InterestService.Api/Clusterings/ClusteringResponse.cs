using InterestService.Api.Jobs;
using InterestService.Api.Storage;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Lineage;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Api.Clusterings;

/// <summary>A clustering: what was asked for, how far it is, what came out.</summary>
/// <param name="Id">Of the clustering.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</param>
/// <param name="Stage"><c>load</c>, <c>clean</c>, <c>encode</c>, <c>cluster</c>, <c>evaluate</c>, <c>profile</c> or <c>save</c>; null before the first.</param>
/// <param name="Progress">0 to 1 over the whole run.</param>
/// <param name="Loss">Training loss of the last epoch, in nats an event.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When a worker took it up.</param>
/// <param name="FinishedAt">When it was over.</param>
/// <param name="Request">What was asked for, defaults filled in.</param>
/// <param name="Events">Events in the window, before cleaning.</param>
/// <param name="Users">Users that got a cluster.</param>
/// <param name="Items">Items that the encoder knows.</param>
/// <param name="Clusters">Number of clusters.</param>
/// <param name="Published">Whether lookups answer from it now.</param>
/// <param name="PublishedAt">When it was last published.</param>
/// <param name="Gates">How it compared with the clustering that was published before; one that did not pass kept it from being published by itself.</param>
/// <param name="BasedOn">The clustering that was published when the ids of the clusters were decided; null: none.</param>
/// <param name="Lineage">What became of that one's clusters, once this one has succeeded.</param>
/// <param name="Cleaning">What each step of cleaning removed.</param>
/// <param name="Sources">What each source had to say; empty when no event names one.</param>
/// <param name="Metrics">How good it is, once it has succeeded.</param>
/// <param name="Error">Why it failed.</param>
public sealed record ClusteringResponse(
    Guid Id,
    JobState State,
    string? Stage,
    double Progress,
    double? Loss,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt,
    ClusteringRequest Request,
    long Events,
    int Users,
    int Items,
    int Clusters,
    bool Published,
    DateTime? PublishedAt,
    IReadOnlyList<PublishGate> Gates,
    Guid? BasedOn,
    ClusterLineage? Lineage,
    IReadOnlyList<CleaningStep> Cleaning,
    IReadOnlyList<SourceShare> Sources,
    ClusteringMetrics? Metrics,
    JobFailure? Error)
{
    internal static ClusteringResponse Of(Clustering clustering, bool published) => new(
        clustering.Id, clustering.State, clustering.Stage, clustering.Progress, clustering.Loss,
        clustering.CreatedAt, clustering.StartedAt, clustering.FinishedAt, clustering.Request,
        clustering.Events, clustering.Users, clustering.Items, clustering.Clusters,
        published, clustering.PublishedAt, clustering.Gates, clustering.BasedOn, clustering.Lineage, clustering.Cleaning, clustering.Sources,
        clustering.Metrics, clustering.Failure);
}
