namespace InterestService.Demo.Scenarios.Generation;

/// <summary>
/// Generates a year of behaviour for a domain: users with a main interest, a second one and noise, some of whom change their interest, and
/// a few robots that read the whole catalogue at machine rate.
/// </summary>
internal sealed class ScenarioGenerator
{
    private const double RobotShare = 0.005;
    private const double RobotEventShare = 0.3;
    private const double SecondIsNeighbourShare = 0.6;
    private const int MinDriftEncounters = 9;

    private readonly ScenarioDomain _domain;
    private readonly ScenarioOptions _options;
    private readonly Random _random;
    private readonly ScenarioWorld _world;

    private ScenarioGenerator(ScenarioDomain domain, ScenarioOptions options)
    {
        _domain = domain;
        _options = options;
        _random = new Random(options.Seed);
        _world = new ScenarioWorld(domain, options, _random);
    }

    /// <summary>Generates a scenario; its events are generated when they are enumerated.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer items than interests, or fewer than two users.</exception>
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
        int encounters = (int)((_options.Events - robotEvents) / ExpectedEventsPerEncounter());
        int[] activity = Distributions.DrawActivity(ids.Length - robots, encounters, _random);
        var interests = new WeightedSampler(_domain.Interests.Select(interest => interest.Weight));
        ScenarioUser[] users = [.. activity.Select((own, user) => CreateUser(ids[user], interests.Draw(_random), own))];
        (string Id, int Seed)[] robotSeeds = [.. ids.Skip(users.Length).Select(id => (id, _random.Next()))];
        return new Scenario(
            _world.Catalogue.Items,
            users.SelectMany(user => UserSimulation.Run(_world, user))
                .Concat(robotSeeds.SelectMany(robot => SimulateRobot(robot.Id, robotEvents / robots, robot.Seed))),
            [.. users.Select(user => new ScenarioLabel(user.Id, _domain.Interests[user.Main].Name))]);
    }

    private ScenarioUser CreateUser(string id, int main, int encounters)
    {
        bool drifts = encounters >= MinDriftEncounters && _random.NextDouble() < _domain.Behaviour.DriftShare;
        var driftTime = drifts ? _world.Clock.Start.AddDays(_random.NextDouble() * ScenarioClock.Days * 0.4) : _world.Clock.Start;
        return new ScenarioUser(id, main, DrawSecond(main), encounters, driftTime, _random.Next());
    }

    private int DrawSecond(int main)
    {
        var neighbours = _domain.Interests[main].Neighbours;
        if (_random.NextDouble() < SecondIsNeighbourShare) return IndexOf(neighbours[_random.Next(neighbours.Count)]);
        int other = _random.Next(_domain.Interests.Count - 1);
        return other < main ? other : other + 1;
    }

    private int IndexOf(string name) =>
        Enumerable.Range(0, _domain.Interests.Count).First(at => _domain.Interests[at].Name == name);

    private double ExpectedEventsPerEncounter()
    {
        double searches = _domain.Behaviour.SearchShare * (1 - _domain.Behaviour.ContinuationShare);
        return searches + _domain.Interests.Average(interest => interest.Topics.Average(topic => interest.KindOf(topic).ExpectedEvents));
    }

    private IEnumerable<ScenarioEvent> SimulateRobot(string robot, int meanEvents, int seed)
    {
        var random = new Random(seed);
        var (items, behaviour) = (_world.Catalogue.Items, _world.Behaviour);
        var time = _world.Clock.Start.AddDays(random.Next(ScenarioClock.Days - 1)).AddMilliseconds(random.Next(3_600_000));
        for (int remaining = (int)(meanEvents * (0.6 + (0.8 * random.NextDouble()))); remaining > 0; remaining--)
        {
            string item = items[random.Next(items.Count)].ItemId;
            yield return new ScenarioEvent(robot, item, behaviour.RobotEventType, time, null, null, behaviour.Sources[0]);
            time += TimeSpan.FromMilliseconds(random.Next(100, 800));
        }
    }
}
