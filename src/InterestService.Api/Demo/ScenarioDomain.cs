namespace InterestService.Api.Demo;

/// <summary>What sets one domain (a shop, a social network, a school) apart; <see cref="ScenarioGenerator"/> knows the rest.</summary>
/// <param name="ItemPrefix">Item ids are this, a dash and a number.</param>
/// <param name="Encounter">What follows when a user meets an item. Robots do its first step only.</param>
/// <param name="SearchType">Event type of a search, which has a query and no item.</param>
/// <param name="SearchShare">Share of visits that begin with a search.</param>
/// <param name="Sources">Where visits come from, the most frequent first.</param>
internal sealed record ScenarioDomain(
    string ItemPrefix,
    IReadOnlyList<ScenarioInterest> Interests,
    ScenarioAction Encounter,
    string SearchType,
    double SearchShare,
    IReadOnlyList<string> Sources);

/// <param name="Weight">How many users have it as their main interest, in proportion to the other weights.</param>
/// <param name="Neighbours">Names of the interests its users tend to have as their second.</param>
internal sealed record ScenarioInterest(
    string Name,
    double Weight,
    ItemLife Life,
    IReadOnlyList<string> Neighbours,
    IReadOnlyList<string> Adjectives,
    IReadOnlyList<string> Variants,
    IReadOnlyList<ScenarioTopic> Topics);

/// <param name="Season">Demand in each calendar month, January first, around 1.</param>
internal sealed record ScenarioTopic(string Name, IReadOnlyList<double> Season, params string[] Products);

/// <summary>How items come and go.</summary>
/// <param name="BornInYear">Share of the items that appear within the year; the others are there from its first day.</param>
/// <param name="HalfLifeDays">Days in which an item loses half of its draw.</param>
/// <param name="Launches">Items appear together at this many dates a year; 0: on any day.</param>
internal sealed record ItemLife(double BornInYear, double HalfLifeDays, int Launches = 0);

/// <summary>A step of the funnel.</summary>
/// <param name="Probability">That the step is taken once the step before it was.</param>
/// <param name="MeanDelay">Mean of the exponential delay after the step before it.</param>
/// <param name="Rated">Carries a value from 1 to 5.</param>
/// <param name="IsLater">Happens after the visit, which goes on without it.</param>
/// <param name="Then">Steps that may follow, each for itself.</param>
internal sealed record ScenarioAction(
    string EventType,
    double Probability,
    TimeSpan MeanDelay,
    bool Rated = false,
    bool IsLater = false,
    params ScenarioAction[] Then);
