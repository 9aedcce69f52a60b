using InterestService.Api.Recommendations.Feedback;

namespace InterestService.Api.Recommendations;

/// <summary>What Swagger UI shows as answers.</summary>
internal static class RecommendationExamples
{
    public static readonly RecommendationsResponse Recommendations = new(
        "AAAAAAPCs3mY0y3dQm8bH1kV", false,
        [
            new("o-131", "Camping stove", .98, RecommendationSource.Encoder, "Because of \"Trail tent, two persons\"", "o-118"),
            new("o-120", "Trail boots", .84, RecommendationSource.Cluster, "21 % of \"Hiking · Camping · Tents\" came to it", null),
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

    private static readonly FeedbackFigures _figures = new(
        new(9_012, 90_120, 5_407, 541, new(.06, .0581, .062), new(.006, .0055, .0066)),
        new(1_004, 10_040, 402, 40, new(.04, .0359, .0446), new(.004, .0029, .0054)),
        new(.02, .0151, .0242, .5), new(.002, .0005, .0033, .5));

    public static readonly FeedbackResponse Feedback = new(
        new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc),
        _figures, [new(3, "Hiking · Camping · Tents", _figures)], 12);
}
