using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class LeaveOneOutTests
{
    [Fact]
    public void The_last_new_item_of_a_user_is_held_out_with_all_its_events()
    {
        // Each user views a, b, c, d, e in this order, then e and a again.
        var log = TestEvents.Log([.. Enumerable.Range(0, 20).SelectMany(user =>
            "abcdeea".Select((item, n) => ($"u{user:D2}", (string?)item.ToString(), "view", n * 100.0)))]);
        var split = LeaveOneOut.Split(log, seed: 1);
        Assert.Equal((3, 3), (split.Validation.Count, split.Test.Count));
        Assert.Empty(split.Validation.Users.Intersect(split.Test.Users));
        int e = Array.IndexOf(log.ItemIds, "e");
        Assert.All(split.Validation.Items.Concat(split.Test.Items), item => Assert.Equal(e, item));
        Assert.Equal(log.EventCount - 6 * 2, split.Training.EventCount);
        Assert.Equal(log.ItemIds, split.Training.ItemIds);
        foreach (int user in split.Test.Users)
            Assert.DoesNotContain(e, split.Training.Items[split.Training.UserOffsets[user]..split.Training.UserOffsets[user + 1]]);
    }

    [Fact]
    public void Users_with_few_items_keep_all_of_them()
    {
        var log = TestEvents.Log([.. Enumerable.Range(0, 20).SelectMany(user => "abcda".Select((item, n) => ($"u{user}", (string?)item.ToString(), "view", n * 100.0)))]);
        var split = LeaveOneOut.Split(log, seed: 1);
        Assert.Equal((0, 0), (split.Validation.Count, split.Test.Count));
        Assert.Equal(log.EventCount, split.Training.EventCount);
    }

    [Fact]
    public void The_same_seed_gives_the_same_split()
    {
        var log = TestEvents.Blocks(3, 40, 20, 12, seed: 1);
        Assert.Equal(LeaveOneOut.Split(log, 5).Test.Users, LeaveOneOut.Split(log, 5).Test.Users);
        Assert.NotEqual(LeaveOneOut.Split(log, 5).Test.Users, LeaveOneOut.Split(log, 6).Test.Users);
    }

    [Fact]
    public void On_request_every_eligible_user_is_held_out_and_the_validation_stays_the_same()
    {
        var log = TestEvents.Blocks(3, 40, 20, 12, seed: 1);
        LeaveOneOut part = LeaveOneOut.Split(log, 5), all = LeaveOneOut.Split(log, 5, everyone: true);
        Assert.Equal(part.Validation.Users, all.Validation.Users);
        Assert.Empty(all.Validation.Users.Intersect(all.Test.Users));
        Assert.Equal(120, all.Validation.Count + all.Test.Count);
        Assert.Empty(part.Test.Users.Except(all.Test.Users));
    }
}
