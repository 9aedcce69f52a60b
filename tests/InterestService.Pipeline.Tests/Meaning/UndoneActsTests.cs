using CsCheck;
using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Meaning;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Meaning;

public sealed class UndoneActsTests
{
    private static readonly CleaningOptions _options = new() { MinimumItemUsers = 1 };

    [Theory]
    [InlineData("like", "unlike")]
    [InlineData("dislike", "undislike")]
    [InlineData("follow", "unfollow")]
    [InlineData("Favourite", "unfavorite")]
    [InlineData("favorite", "un-favourite")]
    [InlineData("bookmark", "unbookmark")]
    [InlineData("purchase", "return")]
    [InlineData("purchase", "Refund")]
    [InlineData("order", "cancel")]
    [InlineData("cart", "remove")]
    [InlineData("addToCart", "remove_from_cart")]
    [InlineData("enrol", "drop")]
    [InlineData("enroll", "withdraw")]
    [InlineData("subscribe", "unsubscribe")]
    [InlineData("appointment", "cancel")]
    [InlineData("booking", "cancellation")]
    public void An_undoing_event_takes_its_act_along(string act, string undo)
    {
        Assert.Equal(["y:view"], Left(("u", "x", act, 0), ("u", "x", undo, 100), ("u", "y", "view", 200)));
        // Neither of another item nor of another user.
        Assert.Equal(act == "dislike" ? [] : [$"y:{act}"], Left(("u", "y", act, 0), ("u", "x", undo, 100), ("v", "y", undo, 100)));
    }

    [Fact]
    public void It_takes_back_the_nearest_act_before_it_and_only_one()
    {
        Assert.Equal(["x:like"], Left(("u", "x", "like", 0), ("u", "x", "unlike", 100), ("u", "x", "like", 200)));
        Assert.Equal([], Left(("u", "x", "like", 0), ("u", "x", "unlike", 100), ("u", "x", "like", 200), ("u", "x", "unlike", 300)));
        Assert.Equal(["x:purchase"], Left(("u", "x", "purchase", 0), ("u", "x", "purchase", 1000), ("u", "x", "return", 2000)));
        // The order was cancelled, and the appointment kept.
        Assert.Equal(["x:appointment"], Left(("u", "x", "appointment", 0), ("u", "x", "order", 100), ("u", "x", "cancel", 200)));
        // Nothing was liked before.
        Assert.Equal(["x:like"], Left(("u", "x", "unlike", 0), ("u", "x", "like", 100)));
    }

    [Fact]
    public void Within_one_time_an_act_comes_before_its_undoing()
    {
        Assert.Equal([], Left(("u", "x", "unfollow", 0), ("u", "x", "follow", 0)));
        Assert.Equal(["x:follow"], Left(("u", "x", "follow", 0), ("u", "x", "unfollow", 0), ("u", "x", "follow", 1)));
    }

    [Fact]
    public void Repeats_and_undoing_do_not_disturb_each_other()
    {
        // A double click, then taken back; taken back within the window, and done again.
        Assert.Equal([], Left(("u", "x", "like", 0), ("u", "x", "like", 1), ("u", "x", "unlike", 10)));
        Assert.Equal(["x:like"], Left(("u", "x", "like", 0), ("u", "x", "unlike", 5), ("u", "x", "like", 10)));
        Assert.Equal([], Left(("u", "x", "like", 0), ("u", "x", "unlike", 5), ("u", "x", "like", 10), ("u", "x", "unlike", 15)));
    }

    [Fact]
    public void What_undoes_and_what_it_undoes_can_be_said()
    {
        var meanings = new EventMeanings { UndoTypes = new Dictionary<string, IReadOnlyList<string>> { ["un-star"] = ["star"] } };
        Assert.Equal(["y:star"], Left(_options with { Meanings = meanings }, ("u", "x", "star", 0), ("u", "x", "Unstar", 100), ("u", "y", "star", 200)));
    }

    [Fact]
    public void They_are_counted_in_a_step_of_their_own()
    {
        var log = TestEvents.Log(("u", "x", "like", 0), ("u", "x", "unlike", 100), ("u", "y", "return", 100), ("v", "x", "like", 0));
        var step = EventCleaner.Clean(log, _options).Steps.Single(step => step.Step == "undone");
        Assert.Equal((3, 1), (step.RemovedEvents, step.RemovedUsers));
    }

    [Fact]
    public void A_rating_replaces_the_earlier_one()
    {
        var log = TestEvents.Valued(("u", "x", "rating", 0, 1), ("u", "y", "rating", 5, 5), ("u", "x", "rating", 10, 5), ("v", "x", "rating", 0, 1), ("v", "y", "rating", 0, 4));
        var (clean, _) = EventCleaner.Clean(log, _options);
        Assert.Equal(["u:y", "u:x", "v:y"], Enumerable.Range(0, clean.EventCount).Select(e => $"{clean.UserIds[e < clean.UserOffsets[1] ? 0 : 1]}:{clean.ItemIds[clean.Items[e]]}"));
    }

    [Fact]
    public void As_many_acts_stay_as_are_not_taken_back() => Gen.Bool.Array[0, 30].Sample(acts =>
    {
        // Counts what a person would: each undoing takes one act away, if there is one.
        int expected = acts.Aggregate(0, (open, isAct) => isAct ? open + 1 : Math.Max(open - 1, 0));
        var events = acts.Select((isAct, i) => ("u", (string?)"x", isAct ? "purchase" : "return", i * 60.0));
        Assert.Equal(expected, Left([.. events]).Length);
    });

    private static string[] Left(params (string User, string? Item, string Type, double Seconds)[] events) => Left(_options, events);

    private static string[] Left(CleaningOptions options, params (string User, string? Item, string Type, double Seconds)[] events)
    {
        var (clean, _) = EventCleaner.Clean(TestEvents.Log(events), options);
        return [.. Enumerable.Range(0, clean.EventCount).Select(e => $"{clean.ItemIds[clean.Items[e]]}:{clean.TypeNames[clean.Types[e]]}")];
    }
}
