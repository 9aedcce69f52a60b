using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class EventLogBuilderTests
{
    [Fact]
    public void Columns_hold_the_events_in_order()
    {
        var builder = new EventLogBuilder();
        builder.Add("a", "x", "view", 1);
        builder.Add("a", null, "search", 1);
        builder.Add("b", "y", "view", 0);
        builder.Add("b", "x", "purchase", 7);
        var log = builder.Build();
        Assert.Equal(["a", "b"], log.UserIds);
        Assert.Equal([0, 2, 4], log.UserOffsets);
        Assert.Equal(["x", "y"], log.ItemIds);
        Assert.Equal([0, EventLog.NoItem, 1, 0], log.Items);
        Assert.Equal(["view", "search", "purchase"], log.TypeNames);
        Assert.Equal([0, 1, 0, 2], log.Types);
        Assert.Equal([1, 1, 0, 7], log.Times);
    }

    [Fact]
    public void A_single_origin_requires_no_column()
    {
        var builder = new EventLogBuilder();
        builder.Add("a", "x", "view", 1, origin: new EventOrigin("app", false));
        builder.Add("b", "x", "view", 1, origin: new EventOrigin("app", false));
        var log = builder.Build();
        Assert.Empty(log.Origins);
        Assert.Equal([new EventOrigin("app", false)], log.OriginNames);
        Assert.Equal(0, log.OriginOf(1));
    }

    [Fact]
    public void A_second_origin_keeps_the_first_one_for_earlier_events()
    {
        var builder = new EventLogBuilder();
        builder.Add("a", "x", "view", 1);
        builder.Add("a", "y", "view", 2);
        builder.Add("b", "x", "view", 1, origin: new EventOrigin("web", false));
        builder.Add("b", "y", "view", 2);
        var log = builder.Build();
        Assert.Equal([0, 0, 1, 0], log.Origins);
        Assert.Equal([default, new EventOrigin("web", false)], log.OriginNames);
    }

    [Fact]
    public void Decreasing_times_of_a_user_are_rejected()
    {
        var builder = new EventLogBuilder();
        builder.Add("a", "x", "view", 2);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => builder.Add("a", "x", "view", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_events_give_an_empty_log() => Assert.Equal([0], new EventLogBuilder().Build().UserOffsets);
}
