namespace InterestService.Demo.Scenarios;

/// <summary>The built-in domains.</summary>
internal static class AllScenarios
{
    public static IReadOnlyDictionary<string, ScenarioDomain> ByName { get; } = new Dictionary<string, ScenarioDomain>
    {
        ["ecommerce"] = EcommerceScenario.Domain,
        ["social"] = SocialScenario.Domain,
        ["education"] = EducationScenario.Domain,
        ["health"] = HealthScenario.Domain,
    };
}
