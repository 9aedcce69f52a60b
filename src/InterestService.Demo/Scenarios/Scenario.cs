namespace InterestService.Demo.Scenarios;

/// <summary>Generated behaviour with known groups that a clustering should recover.</summary>
/// <param name="Items">The catalogue.</param>
/// <param name="Events">
/// The events of one user after another, each user's ordered by time. They are generated while they are enumerated, so memory does not
/// grow with their number; every enumeration returns the same events.
/// </param>
/// <param name="Labels">The planted main interest of each user. Robots have none.</param>
internal sealed record Scenario(
    IReadOnlyList<ScenarioItem> Items,
    IEnumerable<ScenarioEvent> Events,
    IReadOnlyList<ScenarioLabel> Labels);

internal sealed record ScenarioLabel(string UserId, string Label);

/// <param name="Categories">The item's interest, its topic and, for a few items, a neighbouring interest.</param>
internal sealed record ScenarioItem(string ItemId, string Title, IReadOnlyList<string> Categories, IReadOnlyList<string> Tags);

internal sealed record ScenarioEvent(
    string UserId,
    string? ItemId,
    string EventType,
    DateTimeOffset Timestamp,
    double? Value,
    string? Query,
    string Source);

/// <summary>Size of a scenario. The same options give the same scenario, byte for byte.</summary>
internal sealed record ScenarioOptions
{
    /// <summary>Number of users, including robots. The default value is 2,000.</summary>
    public int Users { get; init; } = 2_000;

    /// <summary>Number of items. The default value is 1,200.</summary>
    public int Items { get; init; } = 1_200;

    /// <summary>Target number of events, reached within a few per cent. Robots send 30 % of them. The default value is 60,000.</summary>
    public int Events { get; init; } = 60_000;

    /// <summary>Seed for all random draws. The default value is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>End of the 365 days that the scenario covers. It is fixed so that the scenario is repeatable.</summary>
    public DateTimeOffset End { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
