using InterestService.Api.Publishing.Snapshots;

namespace InterestService.Api.Users;

/// <summary>Examples of responses in the OpenAPI document.</summary>
internal static class UserExamples
{
    public static readonly UserClusterHistoryEntry[] UserClusterHistory =
    [
        new(
            PublishedExamples.UserCluster.ClusteringId, 3, PublishedExamples.UserCluster.Label, .86f, false,
            PublishedExamples.UserCluster.AssignedAt, PublishedExamples.UserCluster.AssignedAt.AddSeconds(.2), true),
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
            new("community", "Camping · Tents · Stoves", null, .41, .5, 5.2, 9, new DateTime(2026, 11, 1, 18, 2, 11, DateTimeKind.Utc)),
        ],
        PublishedExamples.UserCluster.Memberships);
}
