namespace InterestService.Api.Demo.Scenarios;

/// <summary>A year of a school: subjects whose courses build on each other, terms, and people who give up.</summary>
internal static class EducationScenario
{
    public static ScenarioDomain Domain { get; } = new(EducationInterests.All, new ScenarioBehaviour
    {
        Sources = ["web", "mobile", "classroom"],
        CrawlType = "view",
        SearchShare = 0.1,
        MainShare = 0.74,
        SecondShare = 0.17,
        VisitFocus = 0.85,
        VisitGoesOn = 0.65,
        Dropout = new ScenarioDropout("drop", 0.025),
        Weekdays = [0.9, 1.15, 1.2, 1.2, 1.1, 0.8, 0.65],
        Hours = [3, 1, 1, 1, 1, 2, 4, 7, 14, 17, 18, 16, 10, 13, 16, 16, 14, 12, 12, 15, 17, 15, 10, 6],
    });
}
