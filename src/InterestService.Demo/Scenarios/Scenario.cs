namespace InterestService.Demo.Scenarios;

/// <summary>Generated behaviour with known groups: what a clustering should find again.</summary>
/// <param name="Items">The catalogue.</param>
/// <param name="Events">
/// User after user, each in the order of time; made up while they are read, so that memory does not grow with their number. Read
/// again, they are the same.
/// </param>
/// <param name="Labels">Each user's planted main interest. Robots have none.</param>
internal sealed record Scenario(
    IReadOnlyList<ScenarioItem> Items,
    IEnumerable<ScenarioEvent> Events,
    IReadOnlyList<ScenarioLabel> Labels);

internal sealed record ScenarioLabel(string UserId, string Label);

/// <param name="Categories">The item's interest, its topic and, for a few, the neighbouring interest it is also listed under.</param>
internal sealed record ScenarioItem(string ItemId, string Title, IReadOnlyList<string> Categories, IReadOnlyList<string> Tags);

internal sealed record ScenarioEvent(
    string UserId,
    string? ItemId,
    string EventType,
    DateTimeOffset Timestamp,
    double? Value,
    string? Query,
    string Source);

/// <summary>The same options give the same scenario, byte for byte.</summary>
internal sealed record ScenarioOptions
{
    /// <summary>Robots included. The default value is 2,000.</summary>
    public int Users { get; init; } = 2_000;

    /// <summary>The default value is 1,200.</summary>
    public int Items { get; init; } = 1_200;

    /// <summary>Aimed at, and met within a few per cent. Robots send 30 % of it. The default value is 60,000.</summary>
    public int Events { get; init; } = 60_000;

    public int Seed { get; init; } = 1;

    /// <summary>The scenario covers the 365 days before. Fixed, since a scenario that moved with the clock would not repeat.</summary>
    public DateTimeOffset End { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
