using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using InterestService.Api.Ingestion;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Queries;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Deploy.Partitions;

/// <summary>Calls whose answers are the same, whether the events are in one table or in partitions.</summary>
public sealed partial class PartitionedEventsTests(PostgresFixture postgres)
{
    private const string First = "2024-02-01";

    [Fact]
    public async Task An_event_counts_once_by_its_id_in_any_month_and_without_one_by_what_it_is()
    {
        var answers = new List<List<string>>();
        await ForBothAsync(async (database, host) => answers.Add(
        [
            await SendAsync(host, Event("ann", "2024-02-10T00:00:00Z", "one"), Event("ann", "2024-03-10T00:00:00Z", "two"), Event("bea", "2024-03-10T00:00:00Z", "one")),
            await SendAsync(host, Event("ann", "2024-02-11T00:00:00Z", "one")), // in the same month
            await SendAsync(host, Event("ann", "2024-04-10T00:00:00Z", "one"), Event("ann", "2023-01-10T00:00:00Z", "two")), // in another one
            await SendAsync(host, Event("cat", "2024-05-10T00:00:00Z", "one"), Event("cat", "2024-04-10T00:00:00Z", "one")), // in one upload
            await SendAsync(host, Event("ann", "2024-02-10T00:00:00Z"), Event("ann", "2024-02-10T00:00:00Z")),
            await SendAsync(host, Event("ann", "2024-02-10T00:00:00Z")),
            await SendAsync(host, Event("ann", "2024-03-10T00:00:00Z"), Event("dan", "2199-01-01T00:00:00Z"), Event("dan", "1999-01-01T00:00:00Z")),
            .. await database.EventsAsync(),
        ]));
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(["3 of 3", "0 of 1", "0 of 2", "1 of 2", "1 of 2", "0 of 1", "3 of 3"], answers[1].Take(7));
        Assert.Equal(8, answers[1].Count - 7);
    }

    [Fact]
    public async Task Uploads_of_the_same_events_at_once_store_each_once()
    {
        var events = Interests().Select((e, n) => n % 2 == 0 ? e : Event($"user-{n % 7}", $"2024-0{2 + n % 7}-01T00:00:00Z", $"id-{n}")).ToArray();
        await using var database = await PartitionedDatabase.CreateAsync(postgres, First);
        await using var host = await ApiHost.StartAsync(database.ConnectionString);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => SendAsync(host, events)));
        Assert.Equal(events.Length, answers.Sum(answer => int.Parse(answer.Split(' ')[0], CultureInfo.InvariantCulture)));
        Assert.Equal([$"{events.Length}"], await database.ReadAsync("SELECT count(*) FROM events"));
    }

    [Fact]
    public async Task Clusterings_and_statistics_are_the_same_and_an_erasure_reaches_every_month()
    {
        var found = new List<string>();
        await ForBothAsync(async (database, host) =>
        {
            await host.Client.UploadAsync(Interests());
            var clustering = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 1 });
            Assert.Equal("succeeded", (string?)clustering["state"]);
            var (status, _, export) = await host.Client.CallAsync(HttpMethod.Get, $"/clusterings/{clustering["id"]}/assignments", null, ("Accept", "text/csv"));
            Assert.Equal(HttpStatusCode.OK, status);
            string assignments = Time().Replace(await export.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "");
            Assert.Equal(41, assignments.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
            var statistics = await host.Client.GetJsonAsync("/events/statistics?interval=month");
            Assert.Equal((320, 8), ((int)statistics["total"]!, statistics["starts"]!.AsArray().Count));

            await host.Client.PublishedAsync((string?)clustering["id"], "hiker-1");
            var interests = await host.Client.GetJsonAsync("/users/hiker-1/interests");
            interests.AsObject().Remove("clusteringId");
            await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-1");
            Assert.Equal(["0"], await database.ReadAsync("SELECT count(*) FROM events WHERE user_id = 'hiker-1'"));
            Assert.Equal([$"{39 * 8}"], await database.ReadAsync("SELECT count(*) FROM events"));
            found.Add(string.Join('\n', assignments, statistics, interests));
        });
        Assert.Equal(found[0], found[1]);
    }

    [Fact]
    public async Task Samples_have_the_size_that_all_partitions_together_give_them()
    {
        const int Events = 60_000;
        await using var database = await PartitionedDatabase.CreateAsync(postgres, First);
        await database.ExecuteAsync($"""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type, value)
            SELECT 'user-' || n, '2024-02-05'::timestamptz + n * interval '10 minutes', gen_random_uuid(), n, 'item', 'rating', 1 + n % 5 FROM generate_series(1, {Events}) AS n
            """);
        await database.ExecuteAsync("ANALYZE events");
        await using var connection = await database.OpenAsync();
        var window = EventWindow.Create(null, null, DateTimeOffset.UtcNow);
        var whole = await EventStatisticsQuery.ReadAsync(connection, window, "auto", TestContext.Current.CancellationToken);
        var sampled = await EventStatisticsQuery.ReadAsync(connection, window, "auto", TestContext.Current.CancellationToken, maxPages: 150);
        Assert.Equal((Events, 1.0), (whole!.Total, whole.CountedShare));
        Assert.InRange(sampled!.CountedShare, .05, .5);
        Assert.InRange(sampled.Total, Events * 2 / 3, Events * 4 / 3);

        Assert.Equal([$"{Events}"], await database.ReadAsync($"SELECT sum(reltuples)::int FROM {EventTables.Sql}")); // of which ratings are a sample
        var scale = Assert.Single(await RatingScales.ReadAsync(connection, clusteringId: null, ["rating"], TestContext.Current.CancellationToken));
        Assert.Equal((1, 5), (scale.Low, scale.High));
    }

    /// <summary>Does the same with a host on one table and then with one on partitions.</summary>
    private async Task ForBothAsync(Func<PartitionedDatabase, ApiHost, Task> act)
    {
        foreach (bool partitioned in new[] { false, true })
        {
            await using var database = partitioned ? await PartitionedDatabase.CreateAsync(postgres, First) : await PartitionedDatabase.CreatePlainAsync(postgres);
            await using var host = await ApiHost.StartAsync(database.ConnectionString);
            await act(database, host);
        }
    }

    /// <returns>How many of the events count.</returns>
    private static async Task<string> SendAsync(ApiHost host, params object[] events)
    {
        var (status, body, _) = await host.Client.CallAsync(HttpMethod.Post, "/events", events);
        Assert.True(status == HttpStatusCode.OK, body?.ToJsonString());
        Assert.Equal((long)body!["received"]!, (long)body["accepted"]! + (long)body["duplicates"]!);
        return $"{body["accepted"]} of {body["received"]}";
    }

    private static object Event(string user, string time, string? id = null) => new { userId = user, itemId = "item", eventType = "view", timestamp = time, eventId = id };

    /// <summary>Events of 40 users of two interests, each with one in each of eight months.</summary>
    private static IEnumerable<object> Interests()
    {
        var random = new Random(1);
        foreach (var (user, interest) in new[] { ("hiker", "Hiking"), ("cook", "Cooking") })
            for (int u = 0; u < 20; u++)
                for (int month = 1; month <= 8; month++)
                    yield return new
                    {
                        userId = $"{user}-{u}",
                        itemId = $"{interest}-{random.Next(10)}",
                        eventType = "view",
                        timestamp = $"2024-0{month}-{u + 1:00}T00:00:00Z",
                        category = interest,
                    };
    }

    /// <summary>The time of an assignment.</summary>
    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z")]
    private static partial Regex Time();
}
