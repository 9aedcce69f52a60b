using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Clusterings.Exports;

public sealed class InterestExportTests(PostgresFixture postgres)
{
    private const int ManyUsers = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_format_has_the_same_interests_as_the_lookups()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 40).Concat(Ratings()));
        var done = await host.Client.ClusterAsync(new { encoder = "communities", clusters = 2, parameters = new { resolution = 1 } });
        await host.Client.PublishedAsync((string?)done["id"], "hiker-0");
        await host.Client.LinkAsync(("hiker-0", "hiker-1"));
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-2/opt-out");

        var rows = await host.Client.AssertFormatsAgreeAsync($"/clusterings/{done["id"]}/interests");
        var byUser = rows.GroupBy(row => (string)row["userId"]!).ToDictionary(group => group.Key, group => group.ToArray());
        Assert.Equal(78, byUser.Count);
        Assert.Contains("community", rows.Select(row => (string)row["dimension"]!));
        Assert.Contains(rows, row => (double)row["sentiment"]! < 0);
        foreach (string user in new[] { "hiker-0", "hiker-5", "cook-0", "cook-3", "cook-39" })
        {
            var expected = (await host.Client.GetJsonAsync($"/users/{user}/interests?limit=1000"))["interests"]!.AsArray();
            Assert.Equal(expected.Count, byUser[user].Length);
            foreach (var (interest, row) in expected.Zip(byUser[user]))
            {
                row.AsObject().Remove("userId");
                Assert.True(JsonNode.DeepEquals(interest, row), $"{interest} and {row}");
            }
        }
    }

    [Fact]
    public async Task People_with_many_events_have_all_of_their_interests()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>());
        var id = await stored.AddAsync(users: 25);
        // More events than are read at once, and more of each person than count.
        await stored.ExecuteAsync("""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type)
            SELECT 'user-' || u, '2024-05-01'::timestamptz + n * interval '1 minute', gen_random_uuid(), n, 'item-' || n % (10 + u), 'view'
            FROM generate_series(1, 24) u, generate_series(1, 5100) n
            """);
        var rows = await host.Client.RowsAsync($"/clusterings/{id}/interests");
        Assert.Equal(
            Enumerable.Range(1, 24).Select(u => ($"user-{u}", 10 + u, 5000)).Order(),
            rows.Where(row => (string?)row["dimension"] == "item").GroupBy(row => (string)row["userId"]!)
                .Select(group => (group.Key, group.Count(), group.Sum(row => (int)row["events"]!))).Order());
    }

    [Fact]
    public async Task Rows_are_those_of_one_moment()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>());
        var id = await AddManyAsync(stored);
        using var response = await host.Client.GetAsync($"/clusterings/{id}/interests", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.NotNull(await body.ReadLineAsync(Cancellation));
        await stored.ExecuteAsync($"DELETE FROM events; DELETE FROM assignments; UPDATE clusterings SET deleted_at = now() WHERE id = '{id}'");
        int rows = 1;
        while (await body.ReadLineAsync(Cancellation) is not null) rows++;
        Assert.Equal(ManyUsers, rows);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{id}/interests");
    }

    [Fact]
    public async Task A_failure_on_the_way_ends_the_connection()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var stored = new StoredClusterings(host.Services.GetRequiredService<NpgsqlDataSource>());
        var id = await AddManyAsync(stored);
        using var response = await host.Client.GetAsync($"/clusterings/{id}/interests", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var body = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.NotNull(await body.ReadLineAsync(Cancellation));
        await stored.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        await Assert.ThrowsAsync<HttpIOException>(() => body.ReadToEndAsync(Cancellation));
    }

    /// <summary>Adds a clustering whose interests do not fit into the buffers between the service and its caller, one of each user.</summary>
    private static async Task<Guid> AddManyAsync(StoredClusterings stored)
    {
        var id = await stored.AddAsync(users: ManyUsers);
        await stored.ExecuteAsync($"""
            INSERT INTO events (user_id, occurred_at, event_key, arrival, item_id, event_type)
            SELECT 'user-' || u, '2024-05-01'::timestamptz + n * interval '1 day', gen_random_uuid(), u, 'item-' || u % 1000 || repeat('x', 200), 'view'
            FROM generate_series(1, {ManyUsers}) u, generate_series(1, 2) n
            """);
        return id;
    }

    private static IEnumerable<object> Ratings() =>
        from user in Enumerable.Range(0, 40)
        from item in Enumerable.Range(0, 2)
        select new { userId = $"cook-{user}", itemId = $"Cooking-{item}", eventType = "rate", timestamp = $"2024-03-20T10:{user:00}:0{item}Z", value = (user + item) % 5 + 1 };
}
