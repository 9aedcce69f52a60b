namespace InterestService.Demo.Scenarios.Generation;

/// <param name="Second">The interest beside the main one.</param>
/// <param name="Encounters">How many items the user meets in the year.</param>
/// <param name="Turn">Until then the second interest stands in the main one's place.</param>
internal sealed record ScenarioUser(string Id, int Main, int Second, int Encounters, DateTimeOffset Turn, int Seed);

/// <summary>One user's year: visits, each for one interest, in which the eye wanders.</summary>
internal sealed class ScenarioLife
{
    private const double RepeatShare = 0.01;
    private const int Attempts = 6;

    private readonly ScenarioWorld _world;
    private readonly ScenarioUser _user;
    private readonly ScenarioBehaviour _behaviour;
    private readonly Random _random;
    private readonly List<ScenarioEvent> _events = [];
    private readonly Dictionary<Shelf, int> _steps = []; // taken of each course
    private readonly HashSet<Shelf> _dropped = [];
    private DateTimeOffset _free; // from the visit before

    private ScenarioLife(ScenarioWorld world, ScenarioUser user)
    {
        (_world, _user, _behaviour) = (world, user, world.Behaviour);
        _random = new Random(user.Seed);
    }

    private readonly record struct PlannedVisit(int Interest, DateTimeOffset Time, int Encounters);

    /// <returns>In the order of time.</returns>
    public static IReadOnlyList<ScenarioEvent> Generate(ScenarioWorld world, ScenarioUser user)
    {
        var life = new ScenarioLife(world, user);
        foreach (var visit in life.Plan()) life.Visit(visit);
        life.Repeat();
        return [.. life._events.OrderBy(row => row.Timestamp)];
    }

    /// <summary>In the order of time: what a course teaches next depends on the visits before.</summary>
    private IEnumerable<PlannedVisit> Plan()
    {
        List<PlannedVisit> visits = [];
        int interest = _user.Main; // nobody is without a visit for what they care for most
        for (int left = _user.Encounters; left > 0; left -= visits[^1].Encounters)
        {
            int encounters = 1;
            while (encounters < left && _random.NextDouble() < _behaviour.VisitGoesOn) encounters++;
            visits.Add(new PlannedVisit(interest, _world.DrawTime(interest, _random), encounters));
            interest = Mixture();
        }

        return visits.OrderBy(visit => visit.Time);
    }

    private void Visit(PlannedVisit visit)
    {
        string source = _world.DrawSource(_random);
        var time = visit.Time > _free ? visit.Time : _free;
        if (_random.NextDouble() < _behaviour.SearchShare)
        {
            var wanted = Draw(visit.Interest, time).Item;
            Add("search", null, time, null, wanted.Tags[_random.Next(wanted.Tags.Count)], source);
            time += ScenarioLaws.Delay(TimeSpan.FromSeconds(20), _random);
        }

        for (int encounter = 0; encounter < visit.Encounters; encounter++)
            time = Encounter(_random.NextDouble() < _behaviour.VisitFocus ? visit.Interest : Mixture(), time, source);
        _free = time;
    }

    /// <returns>When the user's hands are free again.</returns>
    private DateTimeOffset Encounter(int interest, DateTimeOffset time, string source)
    {
        if (Find(interest, time) is not { } found) return time;
        var free = Act(found.Kind.Encounter, found.Item.ItemId, time, source);
        if (!found.Shelf.IsCourse || found.Place != _steps.GetValueOrDefault(found.Shelf)) return free;
        _steps[found.Shelf] = found.Place + 1;
        if (_behaviour.Dropout is not { } dropout || _random.NextDouble() >= dropout.Probability) return free;
        _dropped.Add(found.Shelf);
        Add(dropout.EventType, found.Item.ItemId, free + ScenarioLaws.Delay(TimeSpan.FromDays(2), _random), null, null, source);
        return free;
    }

    /// <summary>What the user meets: in a course the next step or, when all are taken, one of them again.</summary>
    /// <returns>Null: only courses that the user has dropped.</returns>
    private ShelvedItem? Find(int interest, DateTimeOffset time)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var drawn = Draw(interest, time);
            if (!drawn.Shelf.IsCourse) return drawn;
            if (_dropped.Contains(drawn.Shelf)) continue;
            int next = _steps.GetValueOrDefault(drawn.Shelf);
            // Who has begun courses would rather go on with one, and takes a second look.
            if (next == 0 && _steps.Count > 0 && attempt == 0) continue;
            return next < drawn.Shelf.Items.Count ? drawn.Shelf.Items[next] : drawn;
        }

        return null;
    }

    private DateTimeOffset Act(ScenarioAction action, string itemId, DateTimeOffset after, string source)
    {
        if (_random.NextDouble() >= action.Probability) return after;
        var time = after + ScenarioLaws.Delay(action.MeanDelay, _random);
        Add(action.EventType, itemId, time, action.Value?.Draw(_random), null, source);
        var free = time;
        foreach (var next in action.Then) free = Act(next, itemId, free, source);
        return action.IsLater ? after : free;
    }

    /// <summary>What clients do: they send an event again, and people click twice.</summary>
    private void Repeat()
    {
        foreach (var row in _events.Where(_ => _random.NextDouble() < RepeatShare).ToList())
        {
            double milliseconds = _random.NextDouble() < 0.5 ? 0 : _random.Next(150, 3_000);
            Add(row.EventType, row.ItemId, row.Timestamp.AddMilliseconds(milliseconds), row.Value, row.Query, row.Source);
        }
    }

    /// <summary>To the millisecond, as clients send it, and not after the end of the year.</summary>
    private void Add(string type, string? itemId, DateTimeOffset time, double? value, string? query, string source)
    {
        if (time >= _world.Clock.End) return;
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));
        _events.Add(new ScenarioEvent(_user.Id, itemId, type, whole, value, query, source));
    }

    /// <returns>An interest, or -1 for noise: whatever is popular.</returns>
    private int Mixture()
    {
        double draw = _random.NextDouble() - _behaviour.MainShare;
        return draw < 0 ? _user.Main : draw < _behaviour.SecondShare ? _user.Second : -1;
    }

    private ShelvedItem Draw(int interest, DateTimeOffset time)
    {
        if (time < _user.Turn && interest >= 0) interest = interest == _user.Main ? _user.Second : _user.Main;
        return _world.Catalogue.Draw(interest, _world.Clock.Day(time), _random);
    }
}
