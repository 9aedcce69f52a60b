namespace InterestService.Api.Recommendations;

/// <summary>Examples of responses in the OpenAPI document.</summary>
internal static class RecommendationExamples
{
    public static readonly RecommendationsResponse Recommendations = new(
        "AAAAAAPCs3mY0y3dQm8bH1kV", false,
        [
            new("o-131", "Camping stove", .98, RecommendationSource.Encoder, "Because of \"Trail tent, two persons\"", "o-118"),
            new("o-120", "Trail boots", .84, RecommendationSource.Cluster, "21 % of \"Hiking · Camping · Tents\" interacted with it", null),
        ]);

    public static readonly ExplanationResponse Explanation = new(
        "u1042", 3, "Hiking · Camping · Tents", .86, Guid.Parse("019a0b5e-6f2c-7a31-9d5e-3f0a4c1b2d6e"),
        [
            new(
                "o-118", "Trail tent, two persons", .62, 1.4, .57, 3,
                [
                    new("purchase", new DateTime(2026, 10, 28, 9, 40, 0, DateTimeKind.Utc)),
                    new("view", new DateTime(2026, 10, 28, 9, 31, 7, DateTimeKind.Utc)),
                ]),
            new("o-77", "Hiking socks", .38, .86, .72, 1, [new("view", new DateTime(2026, 10, 20, 17, 5, 0, DateTimeKind.Utc))]),
            new("k-9", "Whisk", 0, -.3, .89, 1, [new("view", new DateTime(2026, 9, 3, 8, 2, 0, DateTimeKind.Utc))]),
        ],
        [new("Hiking", 1), new("Tents", .62), new("Cooking", 0)], 0);
}
