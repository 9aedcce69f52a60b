using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Tests.Events;

/// <summary>Creates event logs.</summary>
internal static class TestEvents
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Events given as (user, item, type, seconds after <see cref="Start"/>), in any order.</summary>
    public static EventLog Log(params (string User, string? Item, string Type, double Seconds)[] events)
    {
        var builder = new EventLogBuilder();
        foreach (var e in events.OrderBy(e => e.User, StringComparer.Ordinal).ThenBy(e => e.Seconds))
            builder.Add(e.User, e.Item, e.Type, Start.AddSeconds(e.Seconds).ToUnixTimeMilliseconds());
        return builder.Build();
    }

    /// <summary>Events given as (user, item, type, seconds after <see cref="Start"/>, value), in any order.</summary>
    public static EventLog Valued(params (string User, string? Item, string Type, double Seconds, double? Value)[] events)
    {
        var builder = new EventLogBuilder();
        foreach (var e in events.OrderBy(e => e.User, StringComparer.Ordinal).ThenBy(e => e.Seconds))
            builder.Add(e.User, e.Item, e.Type, Start.AddSeconds(e.Seconds).ToUnixTimeMilliseconds(), value: e.Value);
        return builder.Build();
    }

    /// <summary>
    /// Users and items in blocks: a user of block b has only items of block b, except for a share of <paramref name="noise"/>. Users
    /// have the ids <c>b-n</c>, items <c>i-b-n</c>.
    /// </summary>
    public static EventLog Blocks(int blocks, int usersPerBlock, int itemsPerBlock, int eventsPerUser, int seed, double noise = 0)
    {
        var random = new Random(seed);
        var events = new List<(string, string?, string, double)>();
        for (int block = 0; block < blocks; block++)
            for (int user = 0; user < usersPerBlock; user++)
                for (int e = 0; e < eventsPerUser; e++)
                {
                    int from = random.NextDouble() < noise ? random.Next(blocks) : block;
                    events.Add(($"{block}-{user:D4}", $"i-{from}-{random.Next(itemsPerBlock)}", "view", e * 3600));
                }
        return Log([.. events]);
    }

    /// <summary>The block of each user of <see cref="Blocks"/>.</summary>
    public static int[] BlockOf(IEnumerable<string> users) =>
        [.. users.Select(user => int.Parse(user.Split('-')[0], System.Globalization.CultureInfo.InvariantCulture))];

    public static InteractionSet Weight(EventLog log) => InteractionWeighting.Apply(log, new EventMeanings(), new WeightingOptions());
}
