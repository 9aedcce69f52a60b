namespace InterestService.Demo.Scenarios.Generation;

/// <summary>The catalogue, the clock and the habits that all users of a scenario share.</summary>
internal sealed class ScenarioWorld
{
    private readonly WeightedSampler[] _daysByInterest;
    private readonly WeightedSampler _days;
    private readonly WeightedSampler _sources;

    public ScenarioWorld(ScenarioDomain domain, ScenarioOptions options, Random random)
    {
        Behaviour = domain.Behaviour;
        Clock = new ScenarioClock(options.End.AddDays(-ScenarioClock.Days), Behaviour);
        Catalogue = new ScenarioCatalogue(domain, options.Items, Clock, random);
        _daysByInterest = [.. Catalogue.DemandByInterest.Select(Clock.CreateDaySampler)];
        _days = Clock.CreateDaySampler(ScenarioCatalogue.Mean(Catalogue.DemandByInterest));
        _sources = new WeightedSampler(Behaviour.Sources.Select((_, at) => Distributions.Popularity(at + 1)));
    }

    public ScenarioBehaviour Behaviour { get; }

    public ScenarioClock Clock { get; }

    public ScenarioCatalogue Catalogue { get; }

    /// <summary>Draws the time of a visit for an interest; below 0, for any interest.</summary>
    public DateTimeOffset DrawTime(int interest, Random random) => Clock.Draw(interest < 0 ? _days : _daysByInterest[interest], random);

    public string DrawSource(Random random) => Behaviour.Sources[_sources.Draw(random)];
}
