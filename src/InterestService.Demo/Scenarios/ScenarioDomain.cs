using InterestService.Demo.Scenarios.Generation;

namespace InterestService.Demo.Scenarios;

/// <summary>What sets one domain (a shop, a social network, a school) apart; <see cref="ScenarioGenerator"/> knows the rest.</summary>
internal sealed record ScenarioDomain(IReadOnlyList<ScenarioInterest> Interests, ScenarioBehaviour Behaviour);

/// <param name="Name">Also the first category of its items.</param>
/// <param name="Weight">How many users have it as their main interest, in proportion to the other weights.</param>
/// <param name="Neighbours">Names of the interests its users tend to have as their second.</param>
/// <param name="Kind">What its items are, unless the topic says otherwise.</param>
internal sealed record ScenarioInterest(
    string Name,
    double Weight,
    IReadOnlyList<string> Neighbours,
    ItemKind Kind,
    IReadOnlyList<ScenarioTopic> Topics)
{
    public ItemKind KindOf(ScenarioTopic topic) => topic.Kind ?? Kind;
}

/// <param name="Name">Also the second category of its items.</param>
/// <param name="Season">Demand in each calendar month, January first, around 1.</param>
/// <param name="Subjects">What titles speak of. In a course, what is taught, in this order.</param>
internal sealed record ScenarioTopic(string Name, IReadOnlyList<double> Season, params string[] Subjects)
{
    public ItemKind? Kind { get; init; }
}

/// <summary>Demand by calendar month, January first.</summary>
internal static class Season
{
    public static readonly double[] Even = [0.95, 0.9, 0.95, 0.95, 0.95, 0.95, 0.9, 0.9, 1, 1, 1.25, 1.3];
    public static readonly double[] Spring = [0.4, 0.9, 1.9, 2.4, 2.0, 1.1, 0.7, 0.5, 0.7, 0.6, 0.4, 0.4];
    public static readonly double[] Summer = [0.4, 0.4, 0.6, 1.0, 1.6, 2.1, 2.2, 1.7, 0.8, 0.5, 0.3, 0.4];
    public static readonly double[] Autumn = [0.6, 0.5, 0.5, 0.5, 0.6, 0.6, 0.8, 1.5, 2.1, 2.1, 1.3, 0.9];
    public static readonly double[] Winter = [2.0, 1.6, 0.8, 0.4, 0.3, 0.2, 0.2, 0.4, 0.8, 1.5, 1.8, 2.0];
    public static readonly double[] Gifts = [0.4, 0.5, 0.6, 0.8, 0.7, 0.7, 0.7, 0.6, 0.7, 1.0, 2.2, 3.1];
    public static readonly double[] Terms = [1.4, 1.2, 1.1, 1.2, 1.0, 0.6, 0.3, 0.4, 1.6, 1.5, 1.2, 0.7];
    public static readonly double[] Resolutions = [2.3, 1.7, 1.2, 1.0, 0.9, 0.7, 0.6, 0.6, 1.1, 1.0, 0.8, 0.6];
}
