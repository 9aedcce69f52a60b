using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

public sealed class AcknowledgedWritesTests(PostgresFixture postgres)
{
    /// <summary>Calls that write, each with a table to which it adds a row.</summary>
    private static readonly (string Method, string Path, object? Body, string Table)[] _calls =
    [
        ("POST", "/events", new[] { new { userId = "u", itemId = "i", eventType = "view", timestamp = "2024-03-05T00:00:00Z" } }, "events"),
        ("PUT", "/items", new[] { new { itemId = "i", title = "Lamp" } }, "items"),
        ("PUT", "/users/labels", new[] { new { userId = "u", label = "group" } }, "user_labels"),
        ("PUT", "/users/links", new[] { new { userId = "u", alias = "phone" } }, "user_joins"),
        ("PUT", "/users/u/opt-out", null, "opt_outs"),
        ("DELETE", "/users/u", null, "erasures"),
        ("POST", "/clusterings", new { encoder = "svd" }, "clusterings"),
        ("POST", "/comparisons", new { encoders = new[] { "svd" }, algorithms = new[] { "kmeans" } }, "comparisons"),
        ("POST", "/keys", new { name = "reader", scopes = new[] { "interests:read" } }, "api_keys"),
    ];

    [Fact]
    public async Task Nothing_is_acknowledged_before_its_commit()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await using var source = NpgsqlDataSource.Create(database);
        await ExecuteAsync("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'The commit is refused.'; END $$");
        foreach (var (method, path, body, table) in _calls)
        {
            // Runs when the transaction is committed, after all its statements have succeeded.
            await ExecuteAsync($"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()");
            var refused = await host.Client.CallAsync(new HttpMethod(method), path, body);
            Assert.True((int)refused.Status >= 500, $"{method} {path}: {refused.Status} {refused.Body?.ToJsonString()}");
            Assert.Equal(0L, await ExecuteAsync($"SELECT count(*) FROM {table}"));
            await ExecuteAsync($"DROP TRIGGER refuse ON {table}");
            var accepted = await host.Client.CallAsync(new HttpMethod(method), path, body);
            Assert.True(accepted.Response.IsSuccessStatusCode, $"{method} {path}: {accepted.Status} {accepted.Body?.ToJsonString()}");
            Assert.NotEqual(0L, await ExecuteAsync($"SELECT count(*) FROM {table}"));
        }

        async Task<object?> ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }
    }
}
