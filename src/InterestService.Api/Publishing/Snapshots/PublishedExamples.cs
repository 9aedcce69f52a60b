using InterestService.Api.Users;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>What Swagger UI shows as answers.</summary>
internal static class PublishedExamples
{
    private static readonly ClusterMembership[] _memberships =
        [new(3, "Hiking · Camping · Tents", .86f), new(7, "Running · Training · Shoes", .14f)];

    public static readonly ClusterResponse Cluster = new(
        3, "Hiking · Camping · Tents", 4210, .084, .71, null,
        [new("Hiking", 6.4, .38), new("Camping", 5.9, .21)],
        [new("o-118", "Trail tent, two persons", 8.2, .04, 913)],
        [new("trail", 7.1, .12), new("tent", 6.6, .09)],
        ["u1042", "u77"],
        new ClusterTrend(TrendDirection.Growing, 3900, 310, .078, .006, Guid.Parse("019a0634-1c20-7b1f-8a02-5a4d6e7f8091")));

    public static readonly UserClusterResponse UserCluster = new(
        "u1042", 3, "Hiking · Camping · Tents", .86f, _memberships, .41f, false, null,
        Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e"), new DateTime(2026, 11, 2, 3, 14, 15, DateTimeKind.Utc), UserClusterResponse.Batch);

    public static readonly UserClusterHistoryEntry[] UserClusterHistory =
    [
        new(
            UserCluster.ClusteringId, 3, UserCluster.Label, .86f, false,
            UserCluster.AssignedAt, UserCluster.AssignedAt.AddSeconds(.2), true),
        new(
            Guid.Parse("019a0634-1c20-7b1f-8a02-5a4d6e7f8091"), 12, "Camping · Stoves · Fishing", .54f, false,
            new DateTime(2026, 11, 1, 3, 14, 2, DateTimeKind.Utc), new DateTime(2026, 11, 1, 3, 14, 2, DateTimeKind.Utc), false),
    ];

    public static readonly SimilarUser[] SimilarUsers = [new("u77", .93f), new("u318", .91f)];

    public static readonly UserInterestsResponse UserInterests = new(
        "u1042",
        [
            new("category", "Hiking", null, .82, .6, 6.1, 23, new DateTime(2026, 11, 1, 18, 2, 11, DateTimeKind.Utc)),
            new("item", "o-118", "Trail tent, two persons", .44, 1, 9.3, 4, new DateTime(2026, 10, 28, 9, 40, 0, DateTimeKind.Utc)),
        ],
        _memberships);
}
