using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Snapshots;

namespace InterestService.Api.Users;

/// <summary>Examples of responses in the OpenAPI document.</summary>
internal static class UserExamples
{
    public static readonly UserClusterHistoryEntry[] UserClusterHistory =
    [
        new(
            PublishedExamples.UserCluster.ClusteringId, 6, PublishedExamples.UserCluster.Label, .86f, false,
            PublishedExamples.UserCluster.AssignedAt, PublishedExamples.UserCluster.AssignedAt.AddSeconds(.2), true),
        new(
            ParameterExamples.Earlier, 8, "Sports · Running · Cycling", .54f, false,
            new DateTime(2026, 11, 1, 3, 14, 2, DateTimeKind.Utc), new DateTime(2026, 11, 1, 3, 14, 2, DateTimeKind.Utc), false),
    ];

    public static readonly SimilarUser[] SimilarUsers = [new("user-00319", .93f), new("user-00426", .91f)];

    public static readonly UserInterestsResponse UserInterests = new(
        "user-00370",
        [
            new("category", "hiking", null, .82, .6, 6.1, 23, new DateTime(2026, 11, 1, 18, 2, 11, DateTimeKind.Utc)),
            new("item", "sku-00927", "Compact Sleeping Bag, green", .44, 1, 9.3, 4, new DateTime(2026, 10, 28, 9, 40, 0, DateTimeKind.Utc)),
            new("community", "Outdoor · Camping · Hiking", null, .41, .5, 5.2, 9, new DateTime(2026, 11, 1, 18, 2, 11, DateTimeKind.Utc)),
        ],
        PublishedExamples.UserCluster.Memberships);
}
