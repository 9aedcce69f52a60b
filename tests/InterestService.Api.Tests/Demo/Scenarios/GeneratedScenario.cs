using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;

namespace InterestService.Api.Tests.Demo.Scenarios;

/// <summary>A generated scenario of the default size, with lookups for tests.</summary>
internal sealed class GeneratedScenario
{
    private static readonly Dictionary<string, Lazy<GeneratedScenario>> _all =
        AllScenarios.ByName.ToDictionary(pair => pair.Key, pair => new Lazy<GeneratedScenario>(() => new GeneratedScenario(pair.Value)));

    private GeneratedScenario(ScenarioDomain domain)
    {
        Domain = domain;
        Scenario = ScenarioGenerator.Generate(domain, new ScenarioOptions());
        Events = [.. Scenario.Events];
        Items = Scenario.Items.ToDictionary(item => item.ItemId);
        Interests = Scenario.Labels.ToDictionary(label => label.UserId, label => label.Label);
        ByUser = Events.ToLookup(row => row.UserId);
        Human = [.. Events.Where(row => Interests.ContainsKey(row.UserId))];
    }

    public static TheoryData<string> Names { get; } = [.. AllScenarios.ByName.Keys];

    public ScenarioDomain Domain { get; }

    public Scenario Scenario { get; }

    public IReadOnlyList<ScenarioEvent> Events { get; }

    public IReadOnlyDictionary<string, ScenarioItem> Items { get; }

    public IReadOnlyDictionary<string, string> Interests { get; }

    public ILookup<string, ScenarioEvent> ByUser { get; }

    /// <summary>Events of users, without those of robots.</summary>
    public IReadOnlyList<ScenarioEvent> Human { get; }

    public static GeneratedScenario Get(string name) => _all[name].Value;

    /// <summary>The interest of an event's item.</summary>
    public string Interest(ScenarioEvent row) => Items[row.ItemId!].Categories[0];

    /// <summary>The topic of an event's item.</summary>
    public string Topic(ScenarioEvent row) => Items[row.ItemId!].Categories[1];

    /// <summary>Returns the most frequent interest of some events; null if none of them has an item.</summary>
    public string? Majority(IEnumerable<ScenarioEvent> rows)
    {
        var counts = rows.Where(row => row.ItemId is not null).CountBy(Interest).ToList();
        return counts.Count == 0 ? null : counts.MaxBy(count => count.Value).Key;
    }

    /// <summary>Returns the users' events with an item of an interest.</summary>
    public IEnumerable<ScenarioEvent> About(string interest) => Human.Where(row => row.ItemId is not null && Interest(row) == interest);

    public int InMonths(string interest, int from, int to) =>
        About(interest).Count(row => row.Timestamp.Month >= from && row.Timestamp.Month <= to);

    public Dictionary<string, int> HumanTypes() => Human.CountBy(row => row.EventType).ToDictionary();
}
