namespace InterestService.Demo.Scenarios;

/// <summary>A year of an online shop: ten interests, each a department with its topics, seasons and collections.</summary>
internal static class EcommerceScenario
{
    public static ScenarioDomain Domain { get; } = new(EcommerceInterests.All, new ScenarioBehaviour
    {
        Sources = ["web", "app", "newsletter", "advertisement"],
        RobotEventType = "browse",
        SearchShare = 0.2,
    });
}

/// <summary>What users do with the goods of the shop.</summary>
internal static class EcommerceItems
{
    private static readonly ScenarioAction _rate = new("rating", 0.35, TimeSpan.FromDays(9), ScenarioValue.Stars, IsDeferred: true);

    private static readonly ScenarioAction _return = new("return", 0.06, TimeSpan.FromDays(8), IsDeferred: true);

    private static readonly ScenarioAction _buy = new("purchase", 0.12, TimeSpan.FromMinutes(2), Next: [_rate, _return]);

    private static readonly ScenarioAction _favourite =
        new("favourite", 0.18, TimeSpan.FromSeconds(25), Next: _buy with { Probability = 0.3 });

    private static readonly ScenarioAction _browse = new("browse", 1, TimeSpan.FromSeconds(40), Next: [_favourite, _buy]);

    public static ItemKind Goods(ItemLife life, string[] adjectives, string[] variants) =>
        new("sku", "{0} {1}, {2}", life, _browse, adjectives, variants);
}
