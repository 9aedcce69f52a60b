namespace InterestService.Api.Demo.Scenarios;

/// <summary>A year of a social network: posts that live for weeks and come in trends, creators to follow, challenges to join.</summary>
internal static class SocialScenario
{
    public static ScenarioDomain Domain { get; } = new(SocialInterests.All, new ScenarioBehaviour
    {
        Sources = ["feed", "explore", "notification", "link"],
        CrawlType = "view",
        SearchShare = 0.1,
        VisitFocus = 0.75,
        VisitGoesOn = 0.7,
        Hours = [5, 3, 1, 1, 1, 2, 6, 12, 12, 9, 9, 10, 15, 13, 10, 10, 11, 14, 17, 20, 23, 24, 20, 11],
    });
}
