namespace InterestService.Api.Demo;

/// <summary>A year of a shop: ten interests, each a department with its topics, seasons and collections.</summary>
internal static class EcommerceScenario
{
    private static readonly ScenarioAction Rate = new("rating", 0.35, TimeSpan.FromDays(9), Rated: true, IsLater: true);

    private static readonly ScenarioAction Return = new("return", 0.06, TimeSpan.FromDays(8), IsLater: true);

    private static readonly ScenarioAction Buy = new("purchase", 0.12, TimeSpan.FromMinutes(2), Then: [Rate, Return]);

    private static readonly ScenarioAction BuyFavourite = Buy with { Probability = 0.3 };

    private static readonly ScenarioAction Favourite = new("favourite", 0.18, TimeSpan.FromSeconds(25), Then: BuyFavourite);

    private static readonly ScenarioAction Browse = new("browse", 1, TimeSpan.FromSeconds(40), Then: [Favourite, Buy]);

    private static readonly ScenarioDomain Shop = new(
        "sku", EcommerceInterests.All, Browse, "search", SearchShare: 0.2, ["web", "app", "newsletter", "advertisement"]);

    public static Scenario Generate(ScenarioOptions options) => ScenarioGenerator.Generate(Shop, options);
}
