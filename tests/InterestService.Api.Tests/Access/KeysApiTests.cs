using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Access;

public sealed class KeysApiTests(PostgresFixture postgres)
{
    private const string Admin = "the-key-of-the-operator";

    private static readonly TimeSpan _known = TimeSpan.FromSeconds(5);

    private static readonly string[] _production =
    [
        "--environment=Production", "--InterestService:Role=Api",
        "--InterestService:ApiKeys:0:Name=operator", $"--InterestService:ApiKeys:0:Key={Admin}", "--InterestService:ApiKeys:0:Scopes:0=admin",
    ];

    [Fact]
    public async Task A_key_is_shown_once_and_admits_its_caller_with_its_scopes()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        var (status, created, response) = await CallAsync(host, HttpMethod.Post, "/keys", new { name = "shop 1/2", scopes = new[] { "interests:read", "interests:read" } });
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("/keys/shop%201%2F2", response.Headers.Location?.OriginalString);
        Assert.True(response.Headers.CacheControl?.NoStore);
        string key = (string)created!["key"]!;
        Assert.Matches("^isk_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, key));
        await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Put, "/users/x/opt-out", null, ("X-API-Key", key));
        await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Get, "/keys", null, ("X-API-Key", key));
        foreach (string other in new[] { key[..^1] + (key[^1] == 'A' ? 'E' : 'A'), key + "A", key[..^1], key.ToUpperInvariant() })
            Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(host, other));

        var listed = (await CallAsync(host, HttpMethod.Get, "/keys")).Body!["items"]!.AsArray();
        Assert.Equal(["operator", "shop 1/2"], listed.Select(item => (string)item!["name"]!));
        Assert.Equal(["configuration", "managed"], listed.Select(item => (string)item!["source"]!));
        Assert.Equal("operator", (string?)listed[1]!["createdBy"]);
        Assert.Equal(["interests:read"], listed[1]!["scopes"]!.AsArray().Select(scope => (string)scope!));
        Assert.DoesNotContain(key[4..], listed.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Admin, listed.ToJsonString(), StringComparison.Ordinal);

        foreach (string used in new[] { "shop 1/2", "operator" })
            await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/keys", new { name = used, scopes = new[] { "admin" } }, ("X-API-Key", Admin));
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(host, HttpMethod.Delete, "/keys/shop%201%2F2")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(host, key));
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Delete, "/keys/shop%201%2F2", null, ("X-API-Key", Admin));
    }

    [Fact]
    public async Task The_database_holds_no_key_and_no_plain_hash_of_one()
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connectionString, _production);
        string key = await CreateAsync(host, "reader");
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var query = database.CreateCommand("SELECT api_keys::text, digest FROM api_keys");
        await using var reader = await query.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(key[4..], reader.GetString(0), StringComparison.Ordinal);
        string digest = Convert.ToHexString(reader.GetFieldValue<byte[]>(1));
        Assert.DoesNotContain(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key))), digest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_known_and_revoked_at_every_process_within_five_seconds()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var one = await ApiHost.StartAsync(database, _production);
        await using var two = await ApiHost.StartAsync(database, _production);
        string key = await CreateAsync(one, "reader");
        await WithinAsync(async () => await LookAsync(two, key) == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NoContent, (await CallAsync(two, HttpMethod.Delete, "/keys/reader")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(two, key));
        await WithinAsync(async () => await LookAsync(one, key) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_change_is_announced_and_a_lost_announcement_is_made_up_for()
    {
        string connectionString = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(connectionString, _production);
        await using var listener = new NpgsqlConnection(connectionString);
        await listener.OpenAsync(TestContext.Current.CancellationToken);
        int announced = 0;
        listener.Notification += (_, _) => announced++;
        await ExecuteAsync(listener, "LISTEN api_keys");
        string first = await CreateAsync(host, "reader");
        await ExecuteAsync(listener, "SELECT 1");
        Assert.Equal(1, announced);
        await CallAsync(host, HttpMethod.Post, "/keys/reader/rotate");
        await ExecuteAsync(listener, "SELECT 1");
        Assert.Equal(2, announced);
        await CallAsync(host, HttpMethod.Delete, "/keys/reader");
        await ExecuteAsync(listener, "SELECT 1");
        Assert.Equal(3, announced);

        string second = await CreateAsync(host, "reader");
        Assert.NotEqual(first, second);
        await ExecuteAsync(listener, "DELETE FROM api_keys"); // announces nothing
        await WithinAsync(async () => await LookAsync(host, second) == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_rotated_key_is_valid_only_for_its_grace()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        string first = await CreateAsync(host, "reader");
        string second = await RotateAsync(host, new { graceSeconds = 600 });
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [await LookAsync(host, first), await LookAsync(host, second)]);
        string third = await RotateAsync(host, new { graceSeconds = 1 });
        Assert.Equal(HttpStatusCode.Unauthorized, await LookAsync(host, first)); // there is one old key
        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, third));
        await WithinAsync(async () => await LookAsync(host, second) == HttpStatusCode.Unauthorized);
        string fourth = await RotateAsync(host, null);
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK], [await LookAsync(host, third), await LookAsync(host, fourth)]);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/keys/nobody/rotate", null, ("X-API-Key", Admin));
        foreach (int grace in new[] { -1, 2_592_001 })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/keys/reader/rotate", new { graceSeconds = grace }, ("X-API-Key", Admin));
            Assert.NotNull(problem["errors"]!["graceSeconds"]);
        }
    }

    [Fact]
    public async Task A_key_of_the_configuration_is_changed_only_there()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        foreach (var (method, path) in new[] { (HttpMethod.Delete, "/keys/operator"), (HttpMethod.Post, "/keys/operator/rotate") })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.Conflict, method, path, null, ("X-API-Key", Admin));
            Assert.Contains("InterestService__ApiKeys", (string)problem["detail"]!, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, await LookAsync(host, Admin));
    }

    [Theory]
    [InlineData("""{"name":"a"}""", "scopes")]
    [InlineData("""{"name":"a","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":[""]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":[null]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["admin","root"]}""", "scopes")]
    [InlineData("""{"name":"a","scopes":["Admin"]}""", "scopes")]
    [InlineData("""{"scopes":["admin"]}""", "name")]
    [InlineData("""{"name":" ","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"a ","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"a\nb","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"Service","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"..","scopes":["admin"]}""", "name")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2024-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["admin"],"expiresAt":"2999-01-01"}""", "expiresAt")]
    [InlineData("""{"name":"a","scopes":["admin"],"expires":"2999-01-01T00:00:00Z"}""", "expires")]
    public async Task A_key_that_cannot_be_made_is_refused_with_the_field(string body, string field)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.NotNull((await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/keys", content))["errors"]![field]);
        Assert.Empty((await host.Client.GetJsonAsync("/keys"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Keys_are_listed_in_pages()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _production);
        foreach (string name in new[] { "b", "a", "z", "c" }) await CreateAsync(host, name);
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await CallAsync(host, HttpMethod.Get, $"/keys?limit=2&cursor={cursor}")).Body!;
            names.AddRange(page["items"]!.AsArray().Select(item => (string)item!["name"]!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        Assert.Equal(["a", "b", "c", "operator", "z"], names);
    }

    [Fact]
    public async Task Known_keys_admit_lookups_while_the_database_is_away()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await PublishedHost.StartOnAsync(database);
        string key = (string)(await host.Client.CallAsync(HttpMethod.Post, "/keys", new { name = "reader", scopes = new[] { "interests:read" } })).Body!["key"]!;
        await using var outage = await DatabaseOutage.BeginAsync(database);
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/users/hiker-0/cluster", null, ("X-API-Key", key))).Status);
            await Task.Delay(100, TestContext.Current.CancellationToken); // longer than the interval of the reads
        }

        await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/users/hiker-0/cluster", null, ("X-API-Key", "isk_" + new string('A', 43)));
    }

    private static async Task<string> CreateAsync(ApiHost host, string name) =>
        (string)(await CallAsync(host, HttpMethod.Post, "/keys", new { name, scopes = new[] { "interests:read" } })).Body!["key"]!;

    private static async Task<string> RotateAsync(ApiHost host, object? body)
    {
        var (status, rotated, _) = await CallAsync(host, HttpMethod.Post, "/keys/reader/rotate", body);
        Assert.Equal(HttpStatusCode.OK, status);
        return (string)rotated!["key"]!;
    }

    private static Task<(HttpStatusCode Status, JsonNode? Body, HttpResponseMessage Response)> CallAsync(ApiHost host, HttpMethod method, string path, object? body = null) =>
        host.Client.CallAsync(method, path, body, ("X-API-Key", Admin));

    private static async Task<HttpStatusCode> LookAsync(ApiHost host, string key) =>
        (await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("X-API-Key", key))).Status;

    private static async Task WithinAsync(Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(condition);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, _known);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
