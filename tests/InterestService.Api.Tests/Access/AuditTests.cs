using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Access;

public sealed class AuditTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_act_of_the_list_leaves_one_entry_that_tells_who_did_what()
    {
        await using var host = await PublishedHost.StartAsync(
            postgres, "--InterestService:ApiKeys:0:Name=auditor", "--InterestService:ApiKeys:0:Key=the-key-of-the-auditor", "--InterestService:ApiKeys:0:Scopes:0=admin");
        var first = await host.Client.GetJsonAsync("/users/hiker-0/cluster");
        string clustering = (string)first["clusteringId"]!, cluster = first["clusterId"]!.ToString();
        string second = (string)(await host.Client.ClusterAsync(PlantedEvents.Request(seed: 2)))["id"]!;
        await ActAsync("published", second, HttpMethod.Post, $"/clusterings/{second}/publish", orBefore: true);
        await ActAsync("rolledBack", clustering, HttpMethod.Post, $"/clusterings/{clustering}/publish");
        await ActAsync("clusteringDeleted", second, HttpMethod.Delete, $"/clusterings/{second}");
        await ActAsync("exported", $"assignments of {clustering}", HttpMethod.Get, $"/clusterings/{clustering}/assignments");
        await ActAsync("labelChanged", cluster, HttpMethod.Patch, $"/clusters/{cluster}", new { label = "Walkers" });
        await ActAsync("userOptedOut", null, HttpMethod.Put, "/users/hiker-1/opt-out");
        await ActAsync("userOptedIn", null, HttpMethod.Delete, "/users/hiker-1/opt-out");
        await ActAsync("userErased", null, HttpMethod.Delete, "/users/hiker-2");
        await ActAsync("keyCreated", "shop", HttpMethod.Post, "/keys", new { name = "shop", scopes = new[] { "admin" } });
        await ActAsync("keyRotated", "shop", HttpMethod.Post, "/keys/shop/rotate");
        await ActAsync("keyRevoked", "shop", HttpMethod.Delete, "/keys/shop");

        Assert.Equal("published", (string?)(await ListAsync("caller=service")).Last()!["action"]); // by the first clustering
        Assert.Empty(await ListAsync("caller=nobody"));

        async Task ActAsync(string action, string? subject, HttpMethod method, string path, object? body = null, bool orBefore = false)
        {
            int before = (await ListAsync("limit=1000")).Count;
            const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
            var (status, answer, _) = await host.Client.CallAsync(
                method, path, body, ("X-API-Key", "the-key-of-the-auditor"), ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"), ("Accept", "text/csv"));
            Assert.True((int)status is >= 200 and < 300, $"{path}: {status} {answer?.ToJsonString()}");
            var entries = await ListAsync("limit=1000");
            Assert.Equal(before + 1, entries.Count);
            string found = (string)entries[0]!["action"]!;
            Assert.True(found == action || (orBefore && found == "rolledBack"), $"{action}: {found}");
            Assert.Equal(("auditor", subject), ((string?)entries[0]!["caller"], (string?)entries[0]!["subject"]));
            Assert.Contains(trace, (string)entries[0]!["traceId"]!, StringComparison.Ordinal);
            Assert.Equal(entries[0]!.ToJsonString(), (await ListAsync($"action={found}&caller=auditor"))[0]!.ToJsonString());
        }

        async Task<JsonArray> ListAsync(string query) => (await host.Client.GetJsonAsync($"/audit?{query}"))["items"]!.AsArray();
    }

    [Fact]
    public async Task What_is_refused_or_changes_nothing_leaves_no_entry()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        int before = (await host.Client.GetJsonAsync("/audit"))["items"]!.AsArray().Count;
        Guid unknown = Guid.NewGuid();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, $"/clusterings/{unknown}/publish"), (HttpMethod.Delete, $"/clusterings/{unknown}"), (HttpMethod.Get, $"/clusterings/{unknown}/assignments"),
            (HttpMethod.Delete, "/clusters/999/label"), (HttpMethod.Delete, "/users/links"), (HttpMethod.Delete, "/keys/nobody"), (HttpMethod.Post, "/keys/nobody/rotate"),
        })
        {
            Assert.True((int)(await host.Client.CallAsync(method, path)).Status >= 400, path);
        }

        await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-3/opt-out"); // which has not opted out
        using var head = new HttpRequestMessage(HttpMethod.Head, $"/clusterings/{(string)(await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusteringId"]!}/assignments");
        using var headers = await host.Client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, headers.StatusCode);
        Assert.Equal(before, (await host.Client.GetJsonAsync("/audit"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task No_entry_names_a_user()
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await PublishedHost.StartOnAsync(connectionString);
        foreach (string id in new[] { "hiker-4", "cook-4" })
        {
            await host.Client.DoAsync(HttpMethod.Put, $"/users/{id}/opt-out");
            await host.Client.DoAsync(HttpMethod.Delete, $"/users/{id}");
            await host.Client.DoAsync(HttpMethod.Delete, $"/users/opt-out?id={id}");
        }

        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var query = database.CreateCommand("SELECT string_agg(audit_entries::text, ' ') FROM audit_entries");
        string all = (string)(await query.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Contains("userErased", all, StringComparison.Ordinal);
        Assert.DoesNotContain("hiker", all, StringComparison.Ordinal);
        Assert.DoesNotContain("cook", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET caller = 'somebody else'")]
    [InlineData("DELETE FROM audit_entries")]
    [InlineData("TRUNCATE audit_entries")]
    public async Task The_database_refuses_to_change_the_trail(string sql)
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connectionString, "--InterestService:Role=Api");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/somebody");
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var change = database.CreateCommand(sql);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        Assert.Single((await host.Client.GetJsonAsync("/audit"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_act_whose_entry_cannot_be_written_does_not_happen()
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await PublishedHost.StartOnAsync(connectionString);
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var forbid = database.CreateCommand("ALTER TABLE audit_entries ADD CONSTRAINT none CHECK (false) NOT VALID");
        await forbid.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        string before = (await host.Client.GetJsonAsync("/users/hiker-0/cluster")).ToJsonString();
        string cluster = (await host.Client.GetJsonAsync("/users/hiker-0/cluster"))["clusterId"]!.ToString();
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Put, "/users/hiker-0/opt-out", null), (HttpMethod.Delete, "/users/hiker-0", null), (HttpMethod.Patch, $"/clusters/{cluster}", new { label = "Walkers" }),
            (HttpMethod.Post, "/keys", new { name = "shop", scopes = new[] { "admin" } }),
        })
        {
            await host.Client.AssertProblemAsync(HttpStatusCode.InternalServerError, method, path, body);
        }

        Assert.Equal(before, (await host.Client.GetJsonAsync("/users/hiker-0/cluster")).ToJsonString());
        Assert.Empty((await host.Client.GetJsonAsync("/keys"))["items"]!.AsArray());
    }

    [Fact]
    public async Task The_trail_is_listed_in_pages_and_by_time()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), "--InterestService:Role=Api");
        for (int i = 0; i < 5; i++) await host.Client.CallAsync(HttpMethod.Post, "/keys", new { name = $"key-{i}", scopes = new[] { "admin" } });
        var subjects = new List<string>();
        string? cursor = null;
        do
        {
            var page = await host.Client.GetJsonAsync($"/audit?limit=2&action=keyCreated&cursor={cursor}");
            subjects.AddRange(page["items"]!.AsArray().Select(entry => (string)entry!["subject"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(["key-4", "key-3", "key-2", "key-1", "key-0"], subjects);

        string third = Uri.EscapeDataString((await host.Client.GetJsonAsync("/audit"))["items"]![2]!["at"]!.GetValue<DateTime>().ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["key-4", "key-3", "key-2"], await SubjectsAsync($"from={third}"));
        Assert.Equal(["key-1", "key-0"], await SubjectsAsync($"to={third}"));
        foreach (var (query, field) in new[] { ("action=3", "action"), ("action=Published", "action"), ("from=yesterday", "from"), ("to=2024-01-01", "to"), ("limit=0", "limit"), ("cursor=x", "cursor") })
            Assert.NotNull((await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/audit?{query}"))["errors"]![field]);

        async Task<IEnumerable<string>> SubjectsAsync(string query) =>
            (await host.Client.GetJsonAsync($"/audit?{query}"))["items"]!.AsArray().Select(entry => (string)entry!["subject"]!);
    }
}
