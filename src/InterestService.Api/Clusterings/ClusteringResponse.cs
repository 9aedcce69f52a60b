using InterestService.Api.Hosting.Http;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Evaluation;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Clusterings;

/// <summary>A clustering: its request, progress and results.</summary>
/// <param name="Id">Of the clustering.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>succeeded</c>, <c>failed</c> or <c>canceled</c>.</param>
/// <param name="Stage"><c>load</c>, <c>clean</c>, <c>encode</c>, <c>cluster</c>, <c>evaluate</c>, <c>profile</c>, <c>project</c>, <c>assign</c> or <c>save</c>; null before the first.</param>
/// <param name="Progress">0 to 1 over the whole run.</param>
/// <param name="Loss">Training loss of the last epoch of this stage, in nats an event; null where nothing is trained. <c>metrics.trainingLoss</c> has all.</param>
/// <param name="CreatedAt">Time of the request.</param>
/// <param name="StartedAt">Time when a worker started it.</param>
/// <param name="FinishedAt">Time when it ended.</param>
/// <param name="Interruptions">How often it was started again because its worker or the database was lost; at 5 it fails.</param>
/// <param name="Request">What was asked for, defaults filled in.</param>
/// <param name="Encoder">The encoder that runs or ran; null until it is chosen.</param>
/// <param name="EncoderReason">Why it is this encoder.</param>
/// <param name="Events">Events in the window, before cleaning. This and the counts below are 0 until the clustering has succeeded.</param>
/// <param name="TrainedUsers">Users who trained the model and founded the clusters, where <c>trainingUsers</c> left others to the model; null: all. Silhouette, stability, rankings and cleaning are of these.</param>
/// <param name="Users">Users that the run gave a cluster, whoever has left or come since; <c>GET /clusters</c> counts who is there now.</param>
/// <param name="Items">Items that the encoder knows.</param>
/// <param name="Clusters">Number of clusters.</param>
/// <param name="ClustersReason">Why there are so many, where the number was to be chosen; <c>GET /clusterings/{id}/selection</c> has the figures. Null otherwise.</param>
/// <param name="Published">Whether lookups answer from it now.</param>
/// <param name="PublishedAt">When it was last published.</param>
/// <param name="Gates">How it compared with the clustering that was published before. It is not published automatically unless it passes all of them.</param>
/// <param name="BasedOn">The clustering that was published when the ids of the clusters were decided; null: none.</param>
/// <param name="Lineage">What became of that one's clusters, once this one has succeeded.</param>
/// <param name="Cleaning">What each step of cleaning removed.</param>
/// <param name="Sources">The share of each source in the weights; empty when no event has a source.</param>
/// <param name="RatingScales">The scales by which ratings were read, given or found; empty when there are no ratings.</param>
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
    int Interruptions,
    ClusteringRequest Request,
    string? Encoder,
    string? EncoderReason,
    long Events,
    int? TrainedUsers,
    int Users,
    int Items,
    int Clusters,
    string? ClustersReason,
    bool Published,
    DateTime? PublishedAt,
    IReadOnlyList<PublishGate> Gates,
    Guid? BasedOn,
    ClusterLineage? Lineage,
    IReadOnlyList<CleaningStep> Cleaning,
    IReadOnlyList<SourceShare> Sources,
    IReadOnlyList<SourceScale> RatingScales,
    ClusteringMetrics? Metrics,
    JobFailure? Error)
{
    internal static ClusteringResponse From(Clustering clustering, bool published)
    {
        // Until its shards have ended, a clustering has the results of the users who trained, which are not those of the clustering.
        bool succeeded = clustering.State == JobState.Succeeded;
        return new(
            clustering.Id, clustering.State, clustering.Stage, clustering.Progress, clustering.Loss,
            clustering.CreatedAt, clustering.StartedAt, clustering.FinishedAt, clustering.Interruptions, clustering.Request, clustering.Encoder, clustering.EncoderReason,
            succeeded ? clustering.Events : 0, succeeded ? clustering.TrainedUsers : null, succeeded ? clustering.Users : 0,
            succeeded ? clustering.Items : 0, succeeded ? clustering.Clusters : 0, succeeded ? clustering.Selection?.Reason : null,
            published, clustering.PublishedAt, clustering.Gates, clustering.BasedOn, succeeded ? clustering.Lineage : null,
            clustering.Cleaning, clustering.Sources, clustering.RatingScales, succeeded ? clustering.Metrics : null, clustering.Failure);
    }
}

/// <summary>The merges of a hierarchical clustering.</summary>
/// <param name="Leaves">Users or, of many users, groups of very similar ones.</param>
/// <param name="Merges">The lowest first.</param>
public sealed record MergeTreeResponse(int Leaves, IReadOnlyList<Merge> Merges);

/// <summary>What became of the clusters of one clustering in another one; all clusters by their ids.</summary>
/// <param name="PreviousId">The first clustering.</param>
/// <param name="CurrentId">The second clustering.</param>
/// <param name="AdjustedRandIndex">
/// Agreement on the users of both: 1 the same, 0 as by chance; null without such users. Noise counts with its nearest cluster.
/// </param>
/// <param name="NormalizedMutualInformation">The same, 0 to 1.</param>
/// <param name="Matched">
/// Clusters that are the same in both: the pairs with the most users in common, one to one, of a Jaccard index of a third or more.
/// </param>
/// <param name="Born">Clusters of the second alone.</param>
/// <param name="Dead">Clusters of the first alone.</param>
/// <param name="Split">Clusters of the first from which several of the second have more than half of their users.</param>
/// <param name="Merged">Clusters of the second into which more than half of the users of several of the first went.</param>
/// <param name="Users">How many stayed in a matched cluster, moved, joined and left.</param>
/// <param name="Moves">Where those who moved went, most first.</param>
/// <param name="UsersMoved">Who moved, a page in the order of their ids.</param>
public sealed record CompareClusteringsResponse(
    Guid PreviousId,
    Guid CurrentId,
    double? AdjustedRandIndex,
    double? NormalizedMutualInformation,
    IReadOnlyList<ClusterMatch> Matched,
    IReadOnlyList<int> Born,
    IReadOnlyList<int> Dead,
    IReadOnlyList<ClusterSplit> Split,
    IReadOnlyList<ClusterMerge> Merged,
    UserFlow Users,
    IReadOnlyList<ClusterOverlap> Moves,
    Page<UserMove> UsersMoved);

/// <summary>A user who is in another cluster.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Previous">The cluster in the first clustering.</param>
/// <param name="Current">The cluster in the second clustering.</param>
public sealed record UserMove(string UserId, int Previous, int Current);
