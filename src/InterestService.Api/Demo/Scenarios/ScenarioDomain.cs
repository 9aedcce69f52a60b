namespace InterestService.Api.Demo.Scenarios;

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
