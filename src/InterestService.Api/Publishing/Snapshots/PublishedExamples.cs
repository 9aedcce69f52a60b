using InterestService.Pipeline.Evaluation;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>Examples of responses that several parts of the API share in the OpenAPI document.</summary>
internal static class PublishedExamples
{
    private static readonly ClusterMembership[] _memberships =
        [new(3, "Hiking · Camping · Tents", .86f), new(7, "Running · Training · Shoes", .14f)];

    public static readonly ClusterResponse Cluster = new(
        3, "Hiking · Camping · Tents", "Hiking · Camping · Tents", null, 4210, .084, .71, null,
        [new("Hiking", 6.4, .38), new("Camping", 5.9, .21)],
        [new("o-118", "Trail tent, two persons", 8.2, .04, 913)],
        [new("trail", 7.1, .12), new("tent", 6.6, .09)],
        [new("Camping · Tents · Stoves", 7.2, .31, 184, [new("o-118", "Trail tent, two persons"), new("o-302", null)])],
        ["u1042", "u77"],
        new ClusterTrend(TrendDirection.Growing, 3900, 310, .078, .006, Guid.Parse("019a0634-1c20-7b1f-8a02-5a4d6e7f8091")));

    public static readonly UserClusterResponse UserCluster = new(
        "u1042", 3, "Hiking · Camping · Tents", .86f, _memberships, .41f, false, null,
        Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e"), new DateTime(2026, 11, 2, 3, 14, 15, DateTimeKind.Utc), UserClusterResponse.Batch);

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
