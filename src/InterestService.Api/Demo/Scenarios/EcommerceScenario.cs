namespace InterestService.Api.Demo.Scenarios;

/// <summary>A year of a shop: ten interests, each a department with its topics, seasons and collections.</summary>
internal static class EcommerceScenario
{
    public static ScenarioDomain Domain { get; } = new(EcommerceInterests.All, new ScenarioBehaviour
    {
        Sources = ["web", "app", "newsletter", "advertisement"],
        CrawlType = "browse",
        SearchShare = 0.2,
    });
}
