namespace InterestService.Demo.Scenarios.Generation;

/// <summary>What all users of a scenario share.</summary>
internal sealed class ScenarioWorld
{
    private readonly WeightedSampler[] _daysOfInterest;
    private readonly WeightedSampler _days;
    private readonly WeightedSampler _sources;

    public ScenarioWorld(ScenarioDomain domain, ScenarioOptions options, Random random)
    {
        Behaviour = domain.Behaviour;
        Clock = new ScenarioClock(options.End.AddDays(-ScenarioClock.Days), Behaviour);
        Catalogue = new ScenarioCatalogue(domain, options.Items, Clock, random);
        _daysOfInterest = [.. Catalogue.DemandByInterest.Select(Clock.DaysOf)];
        _days = Clock.DaysOf(ScenarioCatalogue.Mean(Catalogue.DemandByInterest));
        _sources = new WeightedSampler(Behaviour.Sources.Select((_, at) => ScenarioLaws.Popularity(at + 1)));
    }

    public ScenarioBehaviour Behaviour { get; }

    public ScenarioClock Clock { get; }

    public ScenarioCatalogue Catalogue { get; }

    /// <summary>A time at which someone comes for an interest; below 0: for any.</summary>
    public DateTimeOffset DrawTime(int interest, Random random) => Clock.Draw(interest < 0 ? _days : _daysOfInterest[interest], random);

    public string DrawSource(Random random) => Behaviour.Sources[_sources.Draw(random)];
}
