namespace InterestService.Api.Demo;

/// <summary>
/// Makes up a year of behaviour for a domain: users with a main interest (about 70 % of what they do), a second one (20 %) and
/// noise (10 %), who come in visits, by season and hour; a few robots that read the whole catalogue at machine rate; double clicks.
/// </summary>
internal sealed class ScenarioGenerator
{
    private const double RobotShare = 0.005;
    private const double RobotEventShare = 0.3;
    private const double DoubleClickShare = 0.005;
    private const double MainShare = 0.7;
    private const double SecondShare = 0.2;
    private const double SecondIsNeighbourShare = 0.6;
    private const double VisitFocus = 0.8;
    private const double VisitGoesOn = 0.6;

    private readonly ScenarioDomain _domain;
    private readonly ScenarioOptions _options;
    private readonly Random _random;
    private readonly ScenarioClock _clock;
    private readonly ScenarioCatalogue _catalogue;
    private readonly WeightedSampler _interests;
    private readonly WeightedSampler[] _daysOfInterest;
    private readonly WeightedSampler _days;
    private readonly WeightedSampler _sources;
    private readonly List<ScenarioEvent> _events = [];

    private ScenarioGenerator(ScenarioDomain domain, ScenarioOptions options)
    {
        _domain = domain;
        _options = options;
        _random = new Random(options.Seed);
        _clock = new ScenarioClock(options.End.AddDays(-ScenarioClock.Days));
        _catalogue = new ScenarioCatalogue(domain, options.Items, _clock, _random);
        _interests = new WeightedSampler(domain.Interests.Select(interest => interest.Weight));
        double[][] seasons = [.. domain.Interests.Select(Season)];
        _daysOfInterest = [.. seasons.Select(_clock.DaysOf)];
        _days = _clock.DaysOf(Mean(seasons));
        _sources = new WeightedSampler(domain.Sources.Select((_, at) => ScenarioLaws.Popularity(at + 1)));
    }

    /// <exception cref="ArgumentOutOfRangeException">Fewer items than interests, or fewer than two users.</exception>
    public static Scenario Generate(ScenarioDomain domain, ScenarioOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Users, 2);
        return new ScenarioGenerator(domain, options).Generate();
    }

    private Scenario Generate()
    {
        int robots = Math.Max(1, (int)Math.Round(_options.Users * RobotShare));
        int robotEvents = (int)(_options.Events * RobotEventShare);
        string[] ids = [.. Enumerable.Range(1, _options.Users).Select(number => $"user-{number:D5}")];
        _random.Shuffle(ids);
        int[] activity = ScenarioLaws.Activity(ids.Length - robots, _options.Events - robotEvents, _random);
        var interests = new Dictionary<string, string>(activity.Length);
        for (int user = 0; user < activity.Length; user++)
        {
            int main = _interests.Draw(_random);
            interests.Add(ids[user], _domain.Interests[main].Name);
            LiveAs(ids[user], main, activity[user]);
        }

        foreach (string robot in ids.Skip(activity.Length))
            Crawl(robot, (int)(robotEvents / robots * (0.6 + (0.8 * _random.NextDouble()))));
        _events.AddRange([.. _events.Where(_ => _random.NextDouble() < DoubleClickShare)]);
        return new Scenario(_catalogue.Items, [.. _events.OrderBy(row => row.Timestamp)], interests);
    }

    private void LiveAs(string user, int main, int activity)
    {
        int second = Second(main);
        int end = _events.Count + activity;
        // What brings people the first time is what they care for most.
        for (int interest = main; _events.Count < end; interest = Mixture(main, second))
            Visit(user, interest, () => Mixture(main, second), end);
    }

    /// <summary>One visit for one interest, in which the eye wanders; ends by itself, or with the user's last event.</summary>
    private void Visit(string user, int interest, Func<int> wander, int end)
    {
        string source = _domain.Sources[_sources.Draw(_random)];
        var time = _clock.Draw(interest < 0 ? _days : _daysOfInterest[interest], _random);
        if (_random.NextDouble() < _domain.SearchShare && end - _events.Count > 1)
        {
            Add(new ScenarioEvent(user, null, _domain.SearchType, time, null, Query(Item(interest, time)), source));
            time += ScenarioLaws.Delay(TimeSpan.FromSeconds(20), _random);
        }

        do
        {
            var item = Item(_random.NextDouble() < VisitFocus ? interest : wander(), time);
            time = Act(_domain.Encounter, user, item, time, source, end);
        }
        while (_events.Count < end && _random.NextDouble() < VisitGoesOn);
    }

    /// <returns>When the user's hands are free again.</returns>
    private DateTimeOffset Act(
        ScenarioAction action, string user, ScenarioItem item, DateTimeOffset after, string source, int end)
    {
        if (_events.Count >= end || _random.NextDouble() >= action.Probability) return after;
        var time = after + ScenarioLaws.Delay(action.MeanDelay, _random);
        if (time >= _options.End) return after;
        Add(new ScenarioEvent(user, item.ItemId, action.EventType, time, action.Rated ? Rating() : null, null, source));
        var free = time;
        foreach (var next in action.Then) free = Act(next, user, item, free, source, end);
        return action.IsLater ? after : free;
    }

    private void Crawl(string robot, int events)
    {
        var time = _clock.Start.AddDays(_random.NextDouble() * (ScenarioClock.Days - 1));
        for (int count = 0; count < events; count++)
        {
            var item = _catalogue.Items[_random.Next(_catalogue.Items.Count)];
            Add(new ScenarioEvent(robot, item.ItemId, _domain.Encounter.EventType, time, null, null, _domain.Sources[0]));
            time += TimeSpan.FromMilliseconds(_random.Next(100, 800));
        }
    }

    /// <summary>To the millisecond, as clients send it.</summary>
    private void Add(ScenarioEvent row) =>
        _events.Add(row with { Timestamp = row.Timestamp.AddTicks(-(row.Timestamp.Ticks % TimeSpan.TicksPerMillisecond)) });

    private int Second(int main)
    {
        var neighbours = _domain.Interests[main].Neighbours;
        if (_random.NextDouble() < SecondIsNeighbourShare) return IndexOf(neighbours[_random.Next(neighbours.Count)]);
        int other = _random.Next(_domain.Interests.Count - 1);
        return other < main ? other : other + 1;
    }

    private int IndexOf(string name) =>
        Enumerable.Range(0, _domain.Interests.Count).First(at => _domain.Interests[at].Name == name);

    /// <returns>An interest, or -1 for noise: whatever is popular.</returns>
    private int Mixture(int main, int second) => _random.NextDouble() switch
    {
        < MainShare => main,
        < MainShare + SecondShare => second,
        _ => -1,
    };

    private ScenarioItem Item(int interest, DateTimeOffset time) => interest < 0
        ? _catalogue.DrawAny(_clock.Day(time), _random)
        : _catalogue.Draw(interest, _clock.Day(time), _random);

    private string Query(ScenarioItem item) => _random.NextDouble() < 0.5 ? item.Tags[0] : $"{item.Tags[1]} {item.Tags[0]}";

    /// <summary>Most who rate are pleased.</summary>
    private double Rating() => _random.NextDouble() switch { < 0.06 => 1, < 0.12 => 2, < 0.25 => 3, < 0.55 => 4, _ => 5 };

    private static double[] Season(ScenarioInterest interest) => Mean([.. interest.Topics.Select(topic => topic.Season)]);

    private static double[] Mean(IReadOnlyList<IReadOnlyList<double>> seasons) =>
        [.. Enumerable.Range(0, 12).Select(month => seasons.Average(season => season[month]))];
}
