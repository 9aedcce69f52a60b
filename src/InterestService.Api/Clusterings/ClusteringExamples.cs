using InterestService.Api.Hosting.Http;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline;
using InterestService.Pipeline.Lineage;

namespace InterestService.Api.Clusterings;

/// <summary>Examples of requests and responses in the OpenAPI document.</summary>
internal static class ClusteringExamples
{
    private static readonly Guid _before = Guid.Parse("019a0634-1c20-7b1f-8a02-5a4d6e7f8091");

    private static readonly ClusterLineage _lineage = new(
        [new(3, 3, 3_900, 4_210, 3_750, .87), new(7, 7, 2_400, 1_480, 1_400, .56)], [21], [12], [new(7, [7, 21])], [new([3, 12], 3)],
        new UserFlow(47_120, 1_930, 950, 410));

    private static readonly DateTime _created = new(2026, 11, 2, 3, 12, 40, DateTimeKind.Utc);

    public static readonly StartClusteringRequest Start = new()
    {
        Encoder = "auto",
        Algorithm = "kmeans",
        Clusters = new(20),
        Seed = 1,
        Publish = "auto",
        Parameters = new() { Options = new() { ["neighbours"] = 20 } },
    };

    public static readonly ClusterCountChoice Selection = new(
        20, [new(10, .24, .81, .74, .17, .69), new(20, .31, .97, .96, .1, .96), new(30, .27, .94, .91, .09, .9)],
        Reason: "20 clusters are told apart best: a prediction strength of 0.96 (0.10 for users without groups), a score of 0.96.");

    public static readonly MergeTreeResponse Tree = new(4, [new(0, 2, .21f, 2), new(1, 4, .34f, 3), new(3, 5, 1.02f, 4)]);

    public static readonly CompareClusteringsResponse Comparison = new(
        _before, Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e"), .91, .93, _lineage.Matched, _lineage.Born, _lineage.Dead,
        _lineage.Split, _lineage.Merged, _lineage.Users,
        [new(7, 21, 980), new(12, 3, 410)], new Page<UserMove>([new("u1042", 12, 3)], "dTEwNDI"));

    public static readonly ClusteringResponse Queued = new(
        Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e"), JobState.Queued, null, 0, null, _created, null, null, 0,
        Start.Complete(20, "auto"), null, null, 0, 0, 0, 0, null, false, null, [], null, null, [], [], [], null, null);

    public static readonly ClusteringResponse Succeeded = Queued with
    {
        State = JobState.Succeeded,
        Stage = "save",
        Progress = 1,
        StartedAt = _created.AddSeconds(.1),
        FinishedAt = _created.AddSeconds(95),
        Encoder = "communities",
        EncoderReason = "97 % of the events are on items that several users have in common: communities of items are interests.",
        Events = 1_000_000,
        Users = 50_000,
        Items = 20_000,
        Clusters = 20,
        Published = true,
        PublishedAt = _created.AddSeconds(95),
        Gates = [new("silhouette", .32, .31, .27, true), new("recallAt10", .209, .214, .164, true), new("stability", .82, .84, .69, true)],
        BasedOn = _before,
        Lineage = _lineage,
        Cleaning = [new("repeated", 12_408, 0, 987_592, 50_012), new("robots", 8_210, 12, 979_382, 50_000)],
        Sources = [new("web", 801_120, .74), new("app", 178_262, .26)],
        RatingScales = [new("web", "rating", 1, 5)],
        Metrics = PublishedExamples.Metrics,
    };
}
