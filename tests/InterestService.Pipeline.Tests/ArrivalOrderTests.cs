using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

/// <summary>The order in which events arrive, where times do not say in which order they happened.</summary>
public sealed class ArrivalOrderTests
{
    private const long Day = 86_400_000, Basket = 43_961_000;

    public static TheoryData<string> EveryEncoder => [.. Encoders.Names];

    [Theory]
    [MemberData(nameof(EveryEncoder))]
    public void The_same_dates_in_another_order_give_the_same_bytes(string encoder) => AssertSame(encoder, ofDay: 0);

    [Theory]
    [InlineData("svd")]
    [InlineData("lda")]
    [InlineData("nmf")]
    [InlineData("text")]
    public void So_do_baskets_for_encoders_that_read_no_order(string encoder) => AssertSame(encoder, Basket);

    private static void AssertSame(string encoder, long ofDay)
    {
        PipelineResult first = Run(encoder, ofDay, shuffle: null), second = Run(encoder, ofDay, new Random(2));
        Assert.Equal(first.UserIds, second.UserIds);
        Assert.Equal(first.Vectors.Values, second.Vectors.Values);
        Assert.Equal(first.Distances, second.Distances);
        Assert.Equal(first.Model, second.Model);
    }

    private static PipelineResult Run(string encoder, long ofDay, Random? shuffle)
    {
        var random = new Random(1);
        (string User, string Item, string Type, long Time)[] events =
        [
            .. from user in Enumerable.Range(0, 24) from e in Enumerable.Range(0, 12)
            select ($"{user % 2}-{user:D2}", $"thing {user % 2} {random.Next(9)}", random.Next(3) == 0 ? "purchase" : "view", (e / 4 * Day) + ofDay),
        ];
        shuffle?.Shuffle(events);
        var builder = new EventLogBuilder();
        foreach (var (user, item, type, time) in events.OrderBy(e => e.User, StringComparer.Ordinal).ThenBy(e => e.Time))
            builder.Add(user, item, type, TestEvents.Start.ToUnixTimeMilliseconds() + time);
        var reference = ReferenceData.Empty with { Items = events.Select(e => e.Item).Distinct().ToDictionary(item => item, item => new ItemDescription(item, [])) };
        var options = new PipelineOptions
        {
            Encoder = encoder,
            Clusters = 2,
            Device = "cpu",
            Threads = 1,
            Parameters = new() { ["dimensions"] = 8, ["epochs"] = 2, ["batchSize"] = 8 },
        };
        return InterestPipeline.Run(builder.Build(), reference, options, _ => { }, TestContext.Current.CancellationToken);
    }
}
