using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Ingestion;
using InterestService.Api.Storage.Queries;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Ingestion;

public sealed class EventStatisticsTests(PostgresFixture postgres)
{
    private const string Path = "/events/statistics";

    [Fact]
    public async Task Events_are_counted_by_interval_type_and_source_without_repeats()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        object[] events =
        [
            Event("ann", "read", "2024-02-05T23:59:59.9Z", "web"), Event("ann", "read", "2024-02-06T00:00:00Z", "web"),
            Event("bea", "read", "2024-02-07T04:00:00+08:00", "app"), Event("bea", "like", "2024-02-13T12:00:00Z"),
        ];
        await host.Client.UploadAsync(events);
        await host.Client.UploadAsync(events[..3]);

        var daily = await host.Client.GetJsonAsync($"{Path}?interval=day");
        Assert.Equal((4, 1.0), ((int)daily["total"]!, (double)daily["countedShare"]!));
        Assert.Equal(("2024-02-05T23:59:59.9Z", "2024-02-13T12:00:00Z"), ((string?)daily["first"], (string?)daily["last"]));
        Assert.Equal(["2024-02-05T00:00:00Z", "2024-02-06T00:00:00Z", "2024-02-13T00:00:00Z"], daily["starts"]!.AsArray().Select(start => (string?)start));
        Assert.Equal(["read 0 3: 1 2 0", "like 0 1: 0 0 1"], Series(daily["types"]!));
        Assert.Equal(["web 0 2: 1 1 0", "app 0 1: 0 1 0", "- 0 1: 0 0 1"], Series(daily["sources"]!));

        var weekly = await host.Client.GetJsonAsync($"{Path}?interval=week&from=2024-02-06T00:00:00Z&to=2024-02-13T12:00:01Z");
        Assert.Equal(["2024-02-05T00:00:00Z", "2024-02-12T00:00:00Z"], weekly["starts"]!.AsArray().Select(start => (string?)start));
        Assert.Equal(["read 0 2: 2 0", "like 0 1: 0 1"], Series(weekly["types"]!));
    }

    [Fact]
    public async Task Rare_types_are_counted_together()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(Enumerable.Range(0, 10).SelectMany(type => Enumerable.Range(0, 20 - type)
            .Select(minute => Event("ann", $"act{type}", $"2024-02-05T10:{minute:00}:00Z"))));
        var statistics = await host.Client.GetJsonAsync(Path);
        Assert.Equal("hour", (string?)statistics["interval"]);
        Assert.Equal([.. Enumerable.Range(0, 7).Select(type => $"act{type} 0 {20 - type}: {20 - type}"), "- 3 36: 36"], Series(statistics["types"]!));
    }

    [Fact]
    public async Task Erased_and_opted_out_people_with_all_their_ids_and_clock_errors_do_not_count()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync([
            Event("ann", "read", "2024-02-05T10:00:00Z"), Event("bea", "read", "2024-02-05T10:00:00Z"), Event("phone", "read", "2024-02-05T11:00:00Z"),
            Event("cat", "read", "2024-02-05T12:00:00Z"), Event("cat", "read", DateTime.UtcNow.AddDays(3).ToString("O"))]);
        await host.Client.LinkAsync(("bea", "phone"));
        Assert.Equal(4, (int)(await host.Client.GetJsonAsync(Path))["total"]!);
        await host.Client.DoAsync(HttpMethod.Put, "/users/phone/opt-out");
        Assert.Equal(2, (int)(await host.Client.GetJsonAsync(Path))["total"]!);
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cat");
        var left = await host.Client.GetJsonAsync(Path);
        Assert.Equal((1, "2024-02-05T10:00:00Z"), ((int)left["total"]!, (string?)left["last"]));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/phone/opt-out");
        Assert.Equal(3, (int)(await host.Client.GetJsonAsync(Path))["total"]!);
    }

    [Fact]
    public async Task No_events_give_an_empty_answer_and_wrong_parameters_a_reason()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var empty = await host.Client.GetJsonAsync(Path);
        Assert.Equal((0, null, 0), ((int)empty["total"]!, (string?)empty["first"], empty["types"]!.AsArray().Count));
        foreach (var (query, field) in new[] { ("interval=year", "interval"), ("interval=1", "interval"), ("from=today", "from"), ("from=2024-02-05T10:00:00Z&to=2024-02-05T10:00:00Z", "from") })
            Assert.NotNull((await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{Path}?{query}"))["errors"]![field]);

        await host.Client.UploadAsync([Event("ann", "read", "1970-01-01T00:00:00Z"), Event("ann", "read", "2024-02-05T10:00:00Z")]);
        var tooMany = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{Path}?interval=day");
        Assert.Contains("2000", (string?)tooMany["errors"]!["interval"]![0], StringComparison.Ordinal);
        Assert.Equal("month", (string?)(await host.Client.GetJsonAsync(Path))["interval"]);
    }

    [Fact]
    public async Task Of_a_large_table_a_sample_is_counted_and_stands_for_all()
    {
        const int Events = 60_000;
        await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabaseAsync());
        await using var connection = await database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var insert = new NpgsqlCommand($"""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type)
            SELECT 'user-' || i, '2024-02-05'::timestamptz + i * interval '1 minute', gen_random_uuid(), i, 'item', CASE WHEN i % 4 = 0 THEN 'like' ELSE 'read' END
            FROM generate_series(1, {Events}) AS i
            """, connection))
            await insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var window = EventWindow.Create(null, null, DateTimeOffset.UtcNow);
        var whole = await EventStatisticsQuery.ReadAsync(connection, window, "auto", TestContext.Current.CancellationToken);
        var sampled = await EventStatisticsQuery.ReadAsync(connection, window, "auto", TestContext.Current.CancellationToken, maxPages: 150);
        Assert.Equal((Events, 1.0), (whole!.Total, whole.CountedShare));
        Assert.InRange(sampled!.CountedShare, .05, .5);
        Assert.InRange(sampled.Total, Events * 2 / 3, Events * 4 / 3);
        Assert.Equal(["read", "like"], sampled.Types.Select(type => type.Name));
        Assert.InRange(sampled.Types[1].Total, Events / 6, Events / 3);
        Assert.Equal(sampled.Total, sampled.Sources.Sum(source => source.Total));
    }

    private static object Event(string user, string type, string time, string? source = null) =>
        new { userId = user, itemId = "item", eventType = type, timestamp = time, source };

    /// <returns>Each series as its name, the number of others, the total and the events of the intervals.</returns>
    private static IEnumerable<string> Series(JsonNode list) => list.AsArray().Select(series =>
        $"{(string?)series!["name"] ?? "-"} {series["others"]} {series["total"]}: {string.Join(' ', series["events"]!.AsArray().Select(count => (int)count!))}");
}
