using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Requests;
using InterestService.Api.Storage.Entities;

namespace InterestService.Api.Comparisons;

/// <summary>Examples of requests and responses in the OpenAPI document.</summary>
internal static class ComparisonExamples
{
    private static readonly DateTime _created = new(2026, 11, 2, 4, 0, 10, DateTimeKind.Utc);

    public static readonly StartComparisonRequest Start = new() { Encoders = ["svd", "text"], Algorithms = ["kmeans"], Clusters = new(10) };

    public static readonly ComparisonResponse Queued = new(
        Guid.Parse("019a0b8a-10aa-7c52-8f7d-5b1f7ad2c3e4"), JobState.Queued, null, 0, null, _created, null, null, 0, Start.Complete(10, "auto"), 0, 0, 0, [], null, null);

    public static readonly ComparisonResponse Succeeded = Queued with
    {
        State = JobState.Succeeded,
        Stage = "save",
        Progress = 1,
        StartedAt = _created.AddSeconds(.1),
        FinishedAt = _created.AddSeconds(130),
        Events = 38_697,
        Users = 1_989,
        Items = 1_127,
        Rows =
        [
            new("svd", "kmeans") { Clusters = 10, Metrics = PublishedExamples.Metrics, Encoding = new(1.2, 410_000_000), Clustering = new(.2, 402_000_000) },
            new("text", "kmeans") { Clusters = 10, Metrics = PublishedExamples.Metrics, Encoding = new(4.1, 720_000_000), Clustering = new(.2, 655_000_000) },
        ],
        Winner = new("svd", "kmeans", "clusterPopularityRecallAt10", .094, .094, .012, "The most stable pair within one standard error of the best recall@10 by popularity inside the cluster."),
    };
}
