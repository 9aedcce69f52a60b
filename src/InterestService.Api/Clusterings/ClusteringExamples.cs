using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Clusterings;

/// <summary>Examples of requests and responses in the OpenAPI document.</summary>
internal static class ClusteringExamples
{
    private static readonly Guid _before = ParameterExamples.Earlier;

    private static readonly ClusterLineage _lineage = new(
        [new(6, 6, 168, 181, 160, .87), new(8, 8, 240, 148, 140, .56)], [11], [10], [new(8, [8, 11])], [new([6, 10], 6)],
        new UserFlow(1_871, 80, 38, 12));

    private static readonly DateTime _created = new(2026, 11, 2, 3, 12, 40, DateTimeKind.Utc);

    public static readonly StartClusteringRequest Start = new()
    {
        Encoder = "auto",
        Algorithm = "kmeans",
        Clusters = new(10),
        Seed = 1,
        Publish = "auto",
        Parameters = new() { Options = new() { ["neighbours"] = 20 } },
    };

    public static readonly ClusterCountChoice Selection = new(
        20, [new(10, .24, .81, .74, .17, .69), new(20, .31, .97, .96, .1, .96), new(30, .27, .94, .91, .09, .9)],
        Reason: "20 clusters are told apart best: a prediction strength of 0.96 (0.10 for users without groups), a score of 0.96.");

    public static readonly MergeTreeResponse Tree = new(4, [new(0, 2, .21f, 2), new(1, 4, .34f, 3), new(3, 5, 1.02f, 4)]);

    public static readonly CompareClusteringsResponse Comparison = new(
        _before, ParameterExamples.Id, .91, .93, _lineage.Matched, _lineage.Born, _lineage.Dead,
        _lineage.Split, _lineage.Merged, _lineage.Users,
        [new(8, 11, 52), new(10, 6, 28)], new Page<UserMove>([new("user-00370", 10, 6)], null));

    public static readonly ClusteringResponse Queued = new(
        ParameterExamples.Id, JobState.Queued, null, 0, null, _created, null, null, 0,
        Start.Complete(10, "auto"), null, null, 0, null, 0, 0, 0, null, false, null, [], null, null, [], [], [], null, null);

    public static readonly ClusteringResponse Succeeded = Queued with
    {
        State = JobState.Succeeded,
        Stage = "save",
        Progress = 1,
        StartedAt = _created.AddSeconds(.1),
        FinishedAt = _created.AddSeconds(95),
        Encoder = "communities",
        EncoderReason = "97 % of the events are on items that several users have in common: communities of items are interests.",
        Events = 60_371,
        Users = 1_989,
        Items = 1_127,
        Clusters = 10,
        Published = true,
        PublishedAt = _created.AddSeconds(95),
        Gates = [new("silhouette", .32, .31, .27, true), new("recallAt10", .209, .214, .164, true), new("stability", .82, .84, .69, true)],
        BasedOn = _before,
        Lineage = _lineage,
        Cleaning = [new("repeated", 1_587, 0, 56_281, 2_000), new("robots", 16_918, 10, 38_697, 1_990)],
        Sources = [new("web", 23_218, .6), new("app", 15_479, .4)],
        RatingScales = [new("web", "rating", 1, 5)],
        Metrics = PublishedExamples.Metrics,
    };
}
