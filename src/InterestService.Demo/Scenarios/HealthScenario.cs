namespace InterestService.Demo.Scenarios;

/// <summary>
/// A year of a wellness app. Interests are topics that users read about, never conditions that they have; all words are invented.
/// </summary>
internal static class HealthScenario
{
    public static ScenarioDomain Domain { get; } = new(HealthInterests.All, new ScenarioBehaviour
    {
        Sources = ["app", "web", "wearable", "newsletter"],
        RobotEventType = "view",
        SearchShare = 0.15,
        ContinuationShare = 0.55,
        Weekdays = [1.1, 1.2, 1.05, 1.0, 0.95, 0.8, 0.9],
        Hours = [2, 1, 1, 1, 2, 5, 12, 17, 13, 9, 8, 8, 11, 9, 7, 7, 9, 13, 16, 16, 16, 17, 12, 5],
    });
}

/// <summary>The kinds of items that the app offers and what users do with them.</summary>
internal static class HealthItems
{
    private static readonly ItemLife _news = new(NewShare: 0.4, HalfLifeDays: 200, Trends: 3, LaunchBoost: 1);
    private static readonly ItemLife _lasting = new(NewShare: 0.15, HalfLifeDays: 900);

    private static readonly ScenarioValue _minutes = new(25, 11, 5, 90);
    private static readonly ScenarioValue _oneToTen = new(6.4, 1.7, 1, 10);

    private static readonly ScenarioAction _rate = new("rating", 0.25, TimeSpan.FromDays(7), ScenarioValue.Stars, IsDeferred: true);

    private static readonly ScenarioAction _read = new("read", 1, TimeSpan.FromMinutes(2), Next:
    [
        new("bookmark", 0.12, TimeSpan.FromSeconds(20)),
        new("share", 0.04, TimeSpan.FromSeconds(30)),
    ]);

    private static readonly ScenarioAction _exercise =
        new("view", 1, TimeSpan.FromSeconds(40), Next: new ScenarioAction("log", 0.55, TimeSpan.FromMinutes(25), _minutes));

    private static readonly ScenarioAction _measure = new("measurement", 1, TimeSpan.FromMinutes(1), _oneToTen);

    private static readonly ScenarioAction _buy = new("purchase", 0.16, TimeSpan.FromMinutes(3), Next:
    [
        _rate,
        new("return", 0.05, TimeSpan.FromDays(8), IsDeferred: true),
    ]);

    private static readonly ScenarioAction _book = new("appointment", 0.3, TimeSpan.FromMinutes(3), Next:
    [
        new("cancel", 0.12, TimeSpan.FromDays(3), IsDeferred: true),
        _rate with { MeanDelay = TimeSpan.FromDays(12) },
    ]);

    public static ItemKind Article { get; } = new(
        "article", "{0} {1} {2}", _news, _read,
        ["The basics of", "Questions and answers on", "A week of", "Everyday tips on", "A fresh look at", "Five myths about"],
        ["", "at home", "for busy weeks", "at any age", "through the year"]);

    public static ItemKind Exercise { get; } = new(
        "activity", "{0} {1}, {2}", _lasting, _exercise,
        ["Gentle", "Guided", "Morning", "Evening", "Outdoor"],
        ["10 min", "15 min", "20 min", "30 min"]);

    public static ItemKind Measurement { get; } = new(
        "measure", "{0} {1} {2}", _lasting, _measure, ["Daily", "Weekly", "Monthly"], ["check-in", "diary", "log"]);

    public static ItemKind Product { get; } = new(
        "product", "{0} {1}, {2}", _lasting, new ScenarioAction("view", 1, TimeSpan.FromSeconds(45), Next: _buy),
        ["Everyday", "Premium", "Classic", "Basic", "Light"],
        ["single", "two-pack", "gift set", "large"]);

    public static ItemKind Appointment { get; } = new(
        "session", "{0} {1}, {2}", _lasting, new ScenarioAction("view", 1, TimeSpan.FromMinutes(1), Next: _book),
        ["First", "Follow-up", "Group", "Drop-in"],
        ["online", "in person", "evening", "weekend"]);
}
