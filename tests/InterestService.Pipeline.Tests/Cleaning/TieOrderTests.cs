using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class TieOrderTests
{
    private const long Hour = 3_600_000, Day = 24 * Hour;

    private static readonly CleaningOptions _options = new() { MinimumItemUsers = 1 };

    [Theory]
    [InlineData(0, true, true)] // dates: in no order, whatever the encoder reads
    [InlineData(0, false, true)]
    [InlineData(37_000, false, true)] // baskets: in no order for an encoder that reads none
    [InlineData(37_000, true, false)]
    public void The_order_of_arrival_counts_among_equal_times_of_day_alone(long time, bool order, bool same)
    {
        var events = Enumerable.Range(0, 120).Select(n => (User: $"u{n % 4}", Item: $"i{n * 31 % 23}", Type: n % 3 == 0 ? "view" : "purchase", Time: (n / 24 * Day) + time, Source: n % 5 == 0 ? "web" : null)).ToArray();
        EventLog first = Clean(events, order), second = Clean([.. events.Reverse()], order);
        Assert.Equal(first.ItemIds, second.ItemIds);
        Assert.Equal(first.TypeNames, second.TypeNames);
        Assert.Equal(first.OriginNames, second.OriginNames);
        Assert.Equal(first.Times, second.Times);
        Assert.Equal(same, first.Items.SequenceEqual(second.Items));
        if (!same) return;
        Assert.Equal(first.Types, second.Types);
        Assert.Equal(first.Origins, second.Origins);
    }

    [Fact]
    public void No_item_is_last_everywhere()
    {
        var events = Enumerable.Range(0, 50).SelectMany(user => Enumerable.Range(0, 5).Select(item => ($"u{user:D2}", $"i{item}", "view", 0L, (string?)null))).ToArray();
        var clean = Clean(events, order: false);
        int[] last = [.. Enumerable.Range(0, 50).Select(user => clean.Items[clean.UserOffsets[user + 1] - 1])];
        Assert.All(Enumerable.Range(0, 5), item => Assert.InRange(last.Count(other => other == item), 2, 25));
    }

    private static EventLog Clean((string User, string Item, string Type, long Time, string? Source)[] events, bool order)
    {
        var builder = new EventLogBuilder();
        foreach (var (user, item, type, time, source) in events.OrderBy(e => e.User, StringComparer.Ordinal).ThenBy(e => e.Time))
            builder.Add(user, item, type, TestEvents.Start.ToUnixTimeMilliseconds() + time, origin: new EventOrigin(source, false));
        return EventCleaner.Clean(builder.Build(), _options, new EventUse(Order: order)).Log;
    }
}
