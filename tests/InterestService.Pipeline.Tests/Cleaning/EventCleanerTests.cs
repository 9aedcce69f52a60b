using CsCheck;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class EventCleanerTests
{
    private static readonly CleaningOptions _keepRare = new() { MinimumItemUsers = 1 };

    private static readonly string[] _types = ["view", "purchase", "return", "search"];

    private static readonly Gen<(string, string?, string, double)[]> _anyEvents = Gen.Select(
        Gen.Int[0, 6].Select(n => $"u{n}"),
        Gen.Int[-1, 5].Select(n => n < 0 ? null : $"i{n}"),
        Gen.Int[0, 3].Select(n => _types[n]),
        Gen.Double[0, 500]).Array[0, 60];

    [Fact]
    public void Events_without_an_item_are_removed() => AssertStep("withoutItem", 1, 1, _keepRare, ("a", null, "search", 0), ("b", "x", "view", 0));

    [Fact]
    public void Events_of_types_without_weight_are_removed() =>
        AssertStep("withoutWeight", 2, 1, _keepRare, ("a", "x", "Impression", 0), ("a", "x", "skip", 99), ("b", "x", "view", 0));

    [Fact]
    public void Events_after_the_latest_time_are_removed() => AssertStep(
        "future", 1, 0, _keepRare with { LatestTime = TestEvents.Start.AddHours(1) }, ("a", "x", "view", 0), ("a", "x", "view", 3601));

    [Fact]
    public void A_repeat_within_the_window_is_removed_and_one_after_it_is_kept() => AssertStep(
        "repeated", 2, 0, _keepRare, ("a", "x", "view", 0), ("a", "x", "view", 29), ("a", "x", "view", 50), ("a", "x", "view", 80));

    [Fact]
    public void The_same_item_with_another_type_is_not_a_repeat() =>
        AssertStep("repeated", 0, 0, _keepRare, ("a", "x", "view", 0), ("a", "x", "purchase", 1));

    [Fact]
    public void A_user_much_faster_than_the_others_is_a_robot()
    {
        var users = Enumerable.Range(0, 20).SelectMany(u => Enumerable.Range(0, 5 + u % 5).Select(e => ($"u{u}", (string?)$"i{e}", "view", e * 60.0)));
        var robot = Enumerable.Range(0, 3000).Select(e => ("zz", (string?)$"i{e % 50}", "view", e * 31.0 / 50));
        AssertStep("robots", 3000, 1, _keepRare with { RepeatWindow = TimeSpan.Zero }, [.. users, .. robot]);
    }

    [Fact]
    public void Active_users_are_not_robots()
    {
        var users = Enumerable.Range(0, 20).SelectMany(u => Enumerable.Range(0, 5).Select(e => ($"u{u}", (string?)$"i{e}", "view", e * 60.0)));
        var active = Enumerable.Range(0, 100).Select(e => ("zz", (string?)$"i{e}", "view", e * 35.0));
        AssertStep("robots", 0, 0, _keepRare, [.. users, .. active]);
    }

    [Fact]
    public void Searches_and_items_are_counted_in_every_step() => _anyEvents.Sample(events =>
    {
        var builder = new EventLogBuilder();
        foreach (var (user, item, type, seconds) in events.OrderBy(e => e.Item1, StringComparer.Ordinal).ThenBy(e => e.Item4))
            builder.Add(user, item, type, TestEvents.Start.AddSeconds(seconds).ToUnixTimeMilliseconds(), item is null || seconds > 400 ? $"query {seconds % 7:F0}" : null);
        var (clean, steps) = EventCleaner.Clean(builder.Build(), new CleaningOptions(), new EventUse(Searches: SearchUse.Alone));
        Assert.Equal(events.Length, steps.Sum(step => step.RemovedEvents) + steps[^1].RemainingEvents);
        Assert.Equal(clean.UserIds.Length, steps[^1].RemainingUsers);
        Assert.InRange(steps[^1].RemainingEvents, clean.EventCount, clean.EventCount + (clean.Searches?.Queries.Length ?? 0));
        Assert.DoesNotContain(EventLog.NoItem, clean.Items);
    });

    [Fact]
    public void Support_is_applied_until_no_further_event_is_removed()
    {
        // y has one user; without y, b has too few items; without b, x has one user; and so on until no event remains.
        var options = new CleaningOptions { MinimumItemUsers = 2, MinimumUserItems = 2 };
        var (log, steps) = EventCleaner.Clean(
            TestEvents.Log(("a", "x", "view", 0), ("a", "z", "view", 1), ("b", "x", "view", 0), ("b", "y", "view", 1), ("c", "z", "view", 0), ("c", "w", "view", 9)), options);
        Assert.Equal(0, log.EventCount);
        Assert.Equal((6, 3), (steps[^1].RemovedEvents, steps[^1].RemovedUsers));
    }

    [Fact]
    public void Removed_counts_add_up_and_remaining_events_keep_their_order() => _anyEvents.Sample(events =>
    {
        var log = TestEvents.Log(events);
        var (clean, steps) = EventCleaner.Clean(log, new CleaningOptions());
        Assert.Equal(log.EventCount, clean.EventCount + steps.Sum(step => step.RemovedEvents));
        Assert.Equal(log.UserIds.Length, clean.UserIds.Length + steps.Sum(step => step.RemovedUsers));
        Assert.Equal(clean.EventCount, steps[^1].RemainingEvents);
        Assert.Equal(clean.UserIds.Length, steps[^1].RemainingUsers);
        Assert.Equal(clean.UserIds, clean.UserIds.Order(StringComparer.Ordinal));
        for (int u = 0; u < clean.UserIds.Length; u++)
        {
            var times = clean.Times[clean.UserOffsets[u]..clean.UserOffsets[u + 1]];
            Assert.NotEmpty(times);
            Assert.Equal(times.Order(), times);
        }
    });

    [Fact]
    public void Every_remaining_item_has_the_required_support() => _anyEvents.Sample(events =>
    {
        var (clean, _) = EventCleaner.Clean(TestEvents.Log(events), new CleaningOptions { MinimumItemUsers = 3 });
        var users = new Dictionary<int, HashSet<int>>();
        for (int u = 0; u < clean.UserIds.Length; u++)
            foreach (int item in clean.Items[clean.UserOffsets[u]..clean.UserOffsets[u + 1]])
                (users.TryGetValue(item, out var set) ? set : users[item] = []).Add(u);
        Assert.All(users.Values, set => Assert.True(set.Count >= 3));
        Assert.Equal(clean.ItemIds.Length, users.Count);
    });

    [Fact]
    public void Cleaning_a_clean_log_removes_nothing() => _anyEvents.Sample(events =>
    {
        var options = new CleaningOptions { RepeatWindow = TimeSpan.Zero };
        var (clean, _) = EventCleaner.Clean(TestEvents.Log(events), options);
        Assert.Equal(clean.EventCount, EventCleaner.Clean(clean, options).Log.EventCount);
    });

    private static void AssertStep(
        string name, int events, int users, CleaningOptions options, params (string User, string? Item, string Type, double Seconds)[] log)
    {
        var step = EventCleaner.Clean(TestEvents.Log(log), options).Steps.Single(step => step.Step == name);
        Assert.Equal((events, users), (step.RemovedEvents, step.RemovedUsers));
    }
}
