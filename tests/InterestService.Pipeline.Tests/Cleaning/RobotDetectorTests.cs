using InterestService.Pipeline.Cleaning;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests.Cleaning;

public sealed class RobotDetectorTests
{
    private const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    private static readonly CleaningOptions _options = new() { MinimumItemUsers = 1 };

    /// <summary>Forty people with a few events on some days, each at the date alone.</summary>
    private static IEnumerable<(string User, long Time, string? Source)> Dated(long midnight = 0) =>
        from user in Enumerable.Range(0, 40) from e in Enumerable.Range(0, 12) select ($"p{user:D2}", ((user + (e * 5 / 2)) % 60 * Day) + midnight, (string?)null);

    /// <summary>Forty people with a few events in an hour of some days.</summary>
    private static IEnumerable<(string User, long Time, string? Source)> Timed(int eventsAnHour = 4) =>
        from user in Enumerable.Range(0, 40)
        from day in Enumerable.Range(0, 3)
        from e in Enumerable.Range(0, eventsAnHour)
        select ($"p{user:D2}", (day * Day) + ((user % 12 + 8) * Hour) + (e * Hour / eventsAnHour) + (user * 1007) + 13, (string?)null);

    [Theory]
    [InlineData(0)] // UTC
    [InlineData(22)] // a date of Berlin, in summer
    [InlineData(5.5)]
    public void A_day_of_many_events_without_a_time_of_day_is_no_robot(double midnight)
    {
        long offset = (long)(midnight * Hour);
        var rates = AssertRobots([], [.. Dated(offset), .. Enumerable.Range(0, 170).Select(_ => ("importer", (9 * Day) + offset, (string?)null))]);
        Assert.Equal(RobotRates.Day, rates.Resolution);
        Assert.Equal(40 * 12 + 170, rates.DatedEvents);
    }

    [Fact]
    public void Midnight_changes_with_daylight_saving_time()
    {
        var year = Dated(22 * Hour).Select(e => e.Time % (5 * Day) < Day ? e with { Time = e.Time + Hour } : e);
        AssertRobots([], [.. year, .. Enumerable.Range(0, 170).Select(_ => ("importer", (10 * Day) + (23 * Hour), (string?)null))]);
    }

    [Fact]
    public void Dates_of_one_source_are_dates_beside_the_times_of_another()
    {
        var app = Timed().Select(e => e with { Source = "app" });
        var store = Dated(23 * Hour).Select(e => e with { Source = "store" });
        var importer = Enumerable.Range(0, 170).Select(_ => ("p07", (9 * Day) + (23 * Hour), (string?)"store"));
        Assert.Equal(RobotRates.Mixed, AssertRobots([], [.. app, .. store, .. importer]).Resolution);
    }

    [Theory]
    [InlineData(3, 1500)] // thousands of events within hours
    [InlineData(72, 300)] // and over several days
    public void A_robot_at_the_second_is_found_among_people_with_and_without_times(int hours, int anHour)
    {
        var robot = Enumerable.Range(0, hours * anHour).Select(e => ("robot", (2 * Day) + (long)(e * (double)Hour / anHour) / 1000 * 1000, (string?)null)).ToArray();
        Assert.Equal(RobotRates.Hour, AssertRobots(["robot"], [.. Timed(), .. robot]).Resolution);
        Assert.Equal(RobotRates.Mixed, AssertRobots(["robot"], [.. Dated(), .. robot]).Resolution);
    }

    [Fact]
    public void A_robot_by_date_has_more_events_than_a_day_has_room_for() =>
        AssertRobots(["robot"], [.. Dated(), .. Enumerable.Range(0, 10_000).Select(e => ("robot", e / 5000 * Day, (string?)null))]);

    [Theory]
    [InlineData(4)]
    [InlineData(360)] // such as a sensor that measures every ten seconds
    public void Where_all_have_one_rate_twice_as_much_is_no_robot_and_fifty_times_is(int anHour)
    {
        var twice = Enumerable.Range(0, anHour * 6).Select(e => ("twice", (9 * Hour) + (e * Hour / (anHour * 2)) + 5, (string?)null));
        var robot = Enumerable.Range(0, anHour * 150).Select(e => ("robot", (9 * Hour) + (e * Hour / (anHour * 50)) + 5, (string?)null));
        AssertRobots(["robot"], [.. Timed(anHour), .. twice, .. robot]);
    }

    private static RobotRates AssertRobots(string[] robots, params (string User, long Time, string? Source)[] events)
    {
        var builder = new EventLogBuilder();
        int item = 0;
        foreach (var (user, time, source) in events.OrderBy(e => e.User, StringComparer.Ordinal).ThenBy(e => e.Time))
            builder.Add(user, $"i{item++ % 211}", "view", TestEvents.Start.ToUnixTimeMilliseconds() + time, origin: new EventOrigin(source, false));
        using var log = builder.Build();
        var (clean, steps) = EventCleaner.Clean(log, _options with { RepeatWindow = TimeSpan.Zero });
        Assert.Equal(robots, log.UserIds.Except(clean.UserIds));
        var rates = steps.Single(step => step.Step == "robots").Rates!;
        Assert.True(rates.Limit >= 120 && rates.Median < rates.Limit);
        Assert.All(steps.Where(step => step.Step != "robots"), step => Assert.Null(step.Rates));
        return rates;
    }
}
