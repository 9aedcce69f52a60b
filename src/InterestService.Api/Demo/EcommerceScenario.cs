namespace InterestService.Api.Demo;

/// <summary>A year of a shop: ten interests, each a department with its topics, seasons and collections.</summary>
internal static class EcommerceScenario
{
    private static readonly ScenarioAction _rate = new("rating", 0.35, TimeSpan.FromDays(9), Rated: true, IsLater: true);

    private static readonly ScenarioAction _return = new("return", 0.06, TimeSpan.FromDays(8), IsLater: true);

    private static readonly ScenarioAction _buy = new("purchase", 0.12, TimeSpan.FromMinutes(2), Then: [_rate, _return]);

    private static readonly ScenarioAction _buyFavourite = _buy with { Probability = 0.3 };

    private static readonly ScenarioAction _favourite = new("favourite", 0.18, TimeSpan.FromSeconds(25), Then: _buyFavourite);

    private static readonly ScenarioAction _browse = new("browse", 1, TimeSpan.FromSeconds(40), Then: [_favourite, _buy]);

    private static readonly ScenarioDomain _shop = new(
        "sku", EcommerceInterests.All, _browse, "search", SearchShare: 0.2, ["web", "app", "newsletter", "advertisement"]);

    public static Scenario Generate(ScenarioOptions options) => ScenarioGenerator.Generate(_shop, options);
}
