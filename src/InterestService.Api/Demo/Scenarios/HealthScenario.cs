namespace InterestService.Api.Demo.Scenarios;

/// <summary>
/// A year of a wellness app. Interests are topics that people look into, never what somebody has; all words are made up for it.
/// </summary>
internal static class HealthScenario
{
    public static ScenarioDomain Domain { get; } = new(HealthInterests.All, new ScenarioBehaviour
    {
        Sources = ["app", "web", "wearable", "newsletter"],
        CrawlType = "view",
        SearchShare = 0.15,
        VisitGoesOn = 0.55,
        Weekdays = [1.1, 1.2, 1.05, 1.0, 0.95, 0.8, 0.9],
        Hours = [2, 1, 1, 1, 2, 5, 12, 17, 13, 9, 8, 8, 11, 9, 7, 7, 9, 13, 16, 16, 16, 17, 12, 5],
    });
}
