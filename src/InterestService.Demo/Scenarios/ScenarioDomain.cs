namespace InterestService.Demo.Scenarios;

/// <summary>Describes a domain (a shop, a social network, a school): the input of the generator.</summary>
internal sealed record ScenarioDomain(IReadOnlyList<ScenarioInterest> Interests, ScenarioBehaviour Behaviour);

/// <param name="Name">Name of the interest and first category of its items.</param>
/// <param name="Weight">Relative number of users who have it as their main interest.</param>
/// <param name="Neighbours">Names of the interests that its users tend to have as their second interest.</param>
/// <param name="Kind">Kind of its items, unless the topic has its own.</param>
/// <param name="Topics">The topics of the interest.</param>
internal sealed record ScenarioInterest(
    string Name,
    double Weight,
    IReadOnlyList<string> Neighbours,
    ItemKind Kind,
    IReadOnlyList<ScenarioTopic> Topics)
{
    /// <summary>Kind of the items of a topic.</summary>
    public ItemKind KindOf(ScenarioTopic topic) => topic.Kind ?? Kind;
}

/// <param name="Name">Name of the topic and second category of its items.</param>
/// <param name="Season">Demand in each calendar month, January first, around 1.</param>
/// <param name="Subjects">Subjects of the titles. In a course, the subjects taught, in this order.</param>
internal sealed record ScenarioTopic(string Name, IReadOnlyList<double> Season, params string[] Subjects)
{
    /// <summary>Kind of the topic's items; null for the kind of the interest.</summary>
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
