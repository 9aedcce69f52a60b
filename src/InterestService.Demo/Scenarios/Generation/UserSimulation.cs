namespace InterestService.Demo.Scenarios.Generation;

/// <param name="Id">External id of the user.</param>
/// <param name="Main">Index of the main interest.</param>
/// <param name="Second">Index of the second interest.</param>
/// <param name="Encounters">Number of items that the user encounters in the year.</param>
/// <param name="DriftTime">Before this time, the main and the second interest are exchanged.</param>
/// <param name="Seed">Seed for the random draws of this user.</param>
internal sealed record ScenarioUser(string Id, int Main, int Second, int Encounters, DateTimeOffset DriftTime, int Seed);

/// <summary>Simulates one user's year as a sequence of visits, each of which has an interest and may stray from it.</summary>
internal sealed class UserSimulation
{
    private const double RepeatShare = 0.01;
    private const int MaxAttempts = 6;

    /// <summary>Stands for no interest in particular: any popular item.</summary>
    private const int Noise = -1;

    private readonly ScenarioWorld _world;
    private readonly ScenarioUser _user;
    private readonly ScenarioBehaviour _behaviour;
    private readonly Random _random;
    private readonly List<ScenarioEvent> _events = [];
    private readonly Dictionary<TopicItems, int> _stepsTaken = []; // of each course
    private readonly HashSet<TopicItems> _dropped = [];
    private DateTimeOffset _visitEnd;

    private UserSimulation(ScenarioWorld world, ScenarioUser user)
    {
        (_world, _user, _behaviour) = (world, user, world.Behaviour);
        _random = new Random(user.Seed);
    }

    private readonly record struct PlannedVisit(int Interest, DateTimeOffset Time, int Encounters);

    /// <returns>The user's events, ordered by time.</returns>
    public static IReadOnlyList<ScenarioEvent> Run(ScenarioWorld world, ScenarioUser user)
    {
        var simulation = new UserSimulation(world, user);
        foreach (var visit in simulation.PlanVisits()) simulation.Visit(visit);
        simulation.RepeatSomeEvents();
        return [.. simulation._events.OrderBy(row => row.Timestamp)];
    }

    /// <summary>Plans the visits, ordered by time: the next step of a course depends on the visits before.</summary>
    private IEnumerable<PlannedVisit> PlanVisits()
    {
        List<PlannedVisit> visits = [];
        int interest = _user.Main; // the first one planned: every user has a visit for the main interest
        for (int remaining = _user.Encounters; remaining > 0; remaining -= visits[^1].Encounters)
        {
            int encounters = 1;
            while (encounters < remaining && _random.NextDouble() < _behaviour.ContinuationShare) encounters++;
            visits.Add(new PlannedVisit(interest, _world.DrawTime(interest, _random), encounters));
            interest = DrawInterest();
        }

        return visits.OrderBy(visit => visit.Time);
    }

    private void Visit(PlannedVisit visit)
    {
        string source = _world.DrawSource(_random);
        var time = visit.Time > _visitEnd ? visit.Time : _visitEnd;
        if (_random.NextDouble() < _behaviour.SearchShare)
        {
            var wanted = DrawItem(visit.Interest, time).Item;
            Add("search", null, time, null, wanted.Tags[_random.Next(wanted.Tags.Count)], source);
            time += Distributions.DrawDelay(TimeSpan.FromSeconds(20), _random);
        }

        for (int encounter = 0; encounter < visit.Encounters; encounter++)
            time = Encounter(_random.NextDouble() < _behaviour.VisitFocus ? visit.Interest : DrawInterest(), time, source);
        _visitEnd = time;
    }

    /// <returns>The end of the encounter.</returns>
    private DateTimeOffset Encounter(int interest, DateTimeOffset time, string source)
    {
        if (FindItem(interest, time) is not { } found) return time;
        var end = Act(found.Kind.Encounter, found.Item.ItemId, time, source);
        if (!found.Topic.IsCourse || found.Position != _stepsTaken.GetValueOrDefault(found.Topic)) return end;
        _stepsTaken[found.Topic] = found.Position + 1;
        if (_behaviour.Dropout is not { } dropout || _random.NextDouble() >= dropout.Probability) return end;
        _dropped.Add(found.Topic);
        Add(dropout.EventType, found.Item.ItemId, end + Distributions.DrawDelay(TimeSpan.FromDays(2), _random), null, null, source);
        return end;
    }

    /// <summary>Finds the item to encounter. In a course it is the next step or, after the last step, any of them.</summary>
    /// <returns>Null if only courses were drawn that the user has dropped.</returns>
    private CatalogueItem? FindItem(int interest, DateTimeOffset time)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var drawn = DrawItem(interest, time);
            if (!drawn.Topic.IsCourse) return drawn;
            if (_dropped.Contains(drawn.Topic)) continue;
            int next = _stepsTaken.GetValueOrDefault(drawn.Topic);
            // A user with courses under way prefers to continue one: the first draw of a new course is discarded.
            if (next == 0 && _stepsTaken.Count > 0 && attempt == 0) continue;
            return next < drawn.Topic.Items.Count ? drawn.Topic.Items[next] : drawn;
        }

        return null;
    }

    /// <returns>The time at which the visit continues.</returns>
    private DateTimeOffset Act(ScenarioAction action, string itemId, DateTimeOffset after, string source)
    {
        if (_random.NextDouble() >= action.Probability) return after;
        var time = after + Distributions.DrawDelay(action.MeanDelay, _random);
        double? value = action.Value is { } distribution ? Distributions.DrawValue(distribution, _random) : null;
        Add(action.EventType, itemId, time, value, null, source);
        var end = time;
        foreach (var next in action.Next) end = Act(next, itemId, end, source);
        return action.IsDeferred ? after : end;
    }

    /// <summary>Repeats some events as clients do: an event is sent again, or a user clicks twice.</summary>
    private void RepeatSomeEvents()
    {
        foreach (var row in _events.Where(_ => _random.NextDouble() < RepeatShare).ToList())
        {
            double milliseconds = _random.NextDouble() < 0.5 ? 0 : _random.Next(150, 3_000);
            Add(row.EventType, row.ItemId, row.Timestamp.AddMilliseconds(milliseconds), row.Value, row.Query, row.Source);
        }
    }

    /// <summary>Adds an event, in whole milliseconds as clients send it, unless it is after the end of the year.</summary>
    private void Add(string type, string? itemId, DateTimeOffset time, double? value, string? query, string source)
    {
        if (time >= _world.Clock.End) return;
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        _events.Add(new ScenarioEvent(_user.Id, itemId, type, whole, value, query, source));
    }

    /// <returns>The main interest, the second one or <see cref="Noise"/>.</returns>
    private int DrawInterest()
    {
        double draw = _random.NextDouble() - _behaviour.MainShare;
        return draw < 0 ? _user.Main : draw < _behaviour.SecondShare ? _user.Second : Noise;
    }

    private CatalogueItem DrawItem(int interest, DateTimeOffset time)
    {
        if (time < _user.DriftTime && interest != Noise) interest = interest == _user.Main ? _user.Second : _user.Main;
        return _world.Catalogue.Draw(interest, _world.Clock.Day(time), _random);
    }
}
