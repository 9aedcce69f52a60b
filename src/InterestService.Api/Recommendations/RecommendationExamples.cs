using InterestService.Api.Hosting.OpenApi;

namespace InterestService.Api.Recommendations;

/// <summary>Examples of responses in the OpenAPI document.</summary>
internal static class RecommendationExamples
{
    public static readonly RecommendationsResponse Recommendations = new(
        "AAAAAAPCs3mY0y3dQm8bH1kV", false,
        [
            new("sku-00491", "Rugged Hammock, 2 persons", .98, RecommendationSource.Encoder, "Because of \"Compact Sleeping Bag, green\"", "sku-00927"),
            new("sku-00473", "Windproof Harness, green", .84, RecommendationSource.Cluster, "32 % of \"Outdoor · Camping · Hiking\" are interested in it", null),
        ]);

    public static readonly ExplanationResponse Explanation = new(
        "user-00370", 6, "Outdoor · Camping · Hiking", .86, ParameterExamples.Id,
        [
            new(
                "sku-00927", "Compact Sleeping Bag, green", .62, 1.4, .57, 3,
                [
                    new("purchase", new DateTime(2026, 10, 28, 9, 40, 0, DateTimeKind.Utc)),
                    new("view", new DateTime(2026, 10, 28, 9, 31, 7, DateTimeKind.Utc)),
                ]),
            new("sku-01188", "Alpine Backpack, regular", .38, .86, .72, 1, [new("view", new DateTime(2026, 10, 20, 17, 5, 0, DateTimeKind.Utc))]),
            new("sku-00312", "Classic Whisk", 0, -.3, .89, 1, [new("view", new DateTime(2026, 9, 3, 8, 2, 0, DateTimeKind.Utc))]),
        ],
        [new("outdoor", 1), new("camping", .62), new("home", 0)], 0);
}
