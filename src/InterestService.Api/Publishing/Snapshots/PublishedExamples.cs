using InterestService.Api.Hosting.OpenApi;
using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Examples of responses that several parts of the API share in the OpenAPI document.</summary>
internal static class PublishedExamples
{
    private const string Label = "Outdoor · Camping · Hiking";

    private static readonly ClusterMembership[] _memberships =
        [new(6, Label, .86f), new(8, "Sports · Running · Cycling", .14f)];

    public static readonly ClusterResponse Cluster = new(
        6, Label, Label, null, 181, .091, .71, null,
        [new("outdoor", 8.4, .84), new("camping", 8.4, .27)],
        [new("sku-00927", "Compact Sleeping Bag, green", 8.5, .11, 103)],
        [new("regular", 8.7, .19), new("bag", 8.7, .16)],
        [new(Label, 8.4, .84, 117, [new("sku-00927", "Compact Sleeping Bag, green"), new("sku-01188", "Alpine Backpack, regular")])],
        ["user-00370", "user-00319"],
        new ClusterTrend(TrendDirection.Growing, 168, 13, .077, .006, ParameterExamples.Earlier));

    public static readonly UserClusterResponse UserCluster = new(
        "user-00370", 6, Label, .86f, _memberships, .41f, false, null,
        ParameterExamples.Id, new DateTime(2026, 11, 2, 3, 14, 15, DateTimeKind.Utc), UserClusterResponse.Batch);

    public static readonly ClusteringMetrics Metrics = new()
    {
        Silhouette = .31,
        SilhouetteStandardError = .002,
        SilhouetteSampleSize = 20_000,
        SimplifiedSilhouette = .42,
        CalinskiHarabasz = 5120.4,
        DaviesBouldin = 1.21,
        Stability = .84,
        StabilityStandardError = .01,
        StabilitySampleSize = 5,
        Notes = new Dictionary<string, string> { ["dbcv"] = "It is computed for the density algorithms only." },
        RecallAt10 = .214,
        RecallAt10StandardError = .009,
        RecallAt10Shuffled = .171,
        OrderEffect = .043,
        OrderEffectStandardError = .008,
        NdcgAt10 = .121,
        NdcgAt10StandardError = .006,
        RankingSampleSize = 2000,
        ClusterPopularity = new(.094, .012, .05),
        Popularity = new(.036, .008, .018),
        ItemKnn = new(.127, .014, .071),
        TrainingLoss = [7.92, 6.85, 6.31],
        TrainingRecallAt10 = [.102, .171, .209],
    };
}
