using System.Net;
using System.Text.RegularExpressions;
using InterestService.Api.Clusterings;
using InterestService.Api.Jobs;
using InterestService.Api.Privacy;
using InterestService.Api.Reclustering;
using InterestService.Api.Tests.Support;
using InterestService.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

public sealed partial class LockOrderTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoder = "svd", clusters = 2, seed = 1 };

    [Fact]
    public async Task Every_transaction_takes_its_locks_in_the_documented_order()
    {
        string[] order = [.. Entry().Matches(await File.ReadAllTextAsync(Repository.File("src/decisions/0013-order-of-locks.md"), Cancellation)).Select(entry => entry.Groups[1].Value)];
        Assert.True(order.Length > 20);
        string database = await postgres.CreateDatabaseAsync();
        using var recorder = new LockRecorder(database);
        await using (var host = await ApiHost.StartAsync(database, ApiHost.Alone))
        {
            await UploadAsync(host);
            string second = await ClusterAsync(host);
            await ChangePeopleAsync(host);
            await AssignAsync(host);
            await ForgetAsync(host, second);
        }

        Assert.Empty(recorder.Violations(order));
        Assert.Empty(order.Except(recorder.Taken)); // or the list has locks that nobody takes
    }

    [Fact]
    public async Task A_lock_out_of_order_is_recorded()
    {
        string database = await postgres.CreateDatabaseAsync();
        using var recorder = new LockRecorder(database);
        await using var source = NpgsqlDataSource.Create(database);
        await RunAsync("LOCK TABLE publication IN SHARE ROW EXCLUSIVE MODE", "DELETE FROM user_links");
        Assert.Empty(recorder.Violations(["publication", "user_links"]));
        await RunAsync("DELETE FROM user_links", "SELECT pg_advisory_xact_lock(7, 1)"); // of which one is not listed
        await RunAsync("SELECT id FROM clusterings FOR UPDATE", "UPDATE publication SET people = people + 1");
        Assert.Equal(["7, 1 is not listed.", "publication is taken after clusterings: UPDATE publication SET people = people + 1"], recorder.Violations(["publication", "user_links", "clusterings"]));

        async Task RunAsync(params string[] statements)
        {
            await using var connection = await source.OpenConnectionAsync(Cancellation);
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            foreach (string statement in statements)
            {
                await using var command = new NpgsqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync(Cancellation);
            }

            await transaction.CommitAsync(Cancellation);
        }
    }

    [Theory]
    [InlineData("SELECT pg_advisory_xact_lock_shared(1634890358, (SELECT last_value FROM event_arrival)::int)", "1634890358")]
    [InlineData("INSERT INTO items (item_id) SELECT 'a' ORDER BY 1 ON CONFLICT (item_id) DO UPDATE SET title = 'x'", "items")]
    [InlineData("INSERT INTO audit_entries (at) VALUES (now())", "")]
    [InlineData("SELECT count(*) FROM (SELECT FROM items WHERE item_id = ANY($1) ORDER BY item_id FOR UPDATE) AS entries", "items")]
    [InlineData("UPDATE clusterings SET state = 'failed' WHERE id = (SELECT id FROM leases WHERE id = $1 FOR KEY SHARE)", "clusterings leases")]
    [InlineData("DELETE FROM staged_links", "")]
    [InlineData("SELECT * FROM clusterings", "")]
    [InlineData("SELECT pg_try_advisory_xact_lock(5)", "")]
    public void Locks_are_found_in_statements(string statement, string locks) => Assert.Equal(locks, string.Join(' ', LockRecorder.Find(statement)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task UploadAsync(ApiHost host)
    {
        await host.Client.UploadAsync(PlantedEvents.Create());
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Put, "/items", new[] { new { itemId = "Hiking-1", title = "Boots", categories = new[] { "Hiking" } } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Put, "/users/labels", new[] { new { userId = "cook-1", label = "kitchen" } })).Status);
        await host.Client.LinkAsync(("cook-1", "cook-2"), ("hiker-1", "hiker-2"));
    }

    /// <returns>Id of a clustering that is not published.</returns>
    private static async Task<string> ClusterAsync(ApiHost host)
    {
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        await using (var erasure = database.CreateCommand("INSERT INTO erasures (user_id, erased_at, last_batch) VALUES ('hiker-3', now(), 0)"))
            await erasure.ExecuteNonQueryAsync(Cancellation); // one that the clustering has to apply when it is saved
        var (status, _, started) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", _request, ("Idempotency-Key", "first"));
        Assert.Equal(HttpStatusCode.Accepted, status);
        string first = (string)(await host.Client.FinishAsync(started.Headers.Location!.ToString()))["id"]!;
        await host.Client.PublishedAsync(first, "cook-1");
        string second = (string)(await host.Client.ClusterAsync(new { encoder = "svd", clusters = 3, seed = 2, publish = "manual" }))["id"]!;
        foreach (string id in new[] { second, first }) Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{id}/publish")).Status);
        Assert.Equal("succeeded", (string?)(await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2, publish = "manual", parameters = new { trainingUsers = 15 } }))["state"]); // in shards
        int cluster = (int)(await host.Client.GetJsonAsync("/clusters"))["items"]![0]!["id"]!;
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Patch, $"/clusters/{cluster}", new { label = "Theirs" })).Status);
        var comparison = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", new { encoders = new[] { "svd" }, algorithms = new[] { "kmeans" }, clusters = 2 });
        Assert.Equal("succeeded", (string?)(await host.Client.FinishAsync(comparison.Response.Headers.Location!.ToString()))["state"]);
        await using var scope = host.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<ReclusteringJob>(scope.ServiceProvider).RunByScheduleAsync(Cancellation);
        await Wait.UntilAsync(async () => (string?)(await host.Client.GetJsonAsync("/clusterings"))["items"]![0]!["state"] is not ("queued" or "running"));
        return second;
    }

    private static async Task ChangePeopleAsync(ApiHost host)
    {
        await host.Client.DoAsync(HttpMethod.Put, "/users/cook-4/opt-out");
        await host.Client.DoAsync(HttpMethod.Put, "/users/hiker-1/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-4/opt-out");
        await host.Client.DoAsync(HttpMethod.Delete, "/users/links/hiker-2");
        await host.Client.UploadAsync([new { userId = "cook-1", itemId = "own", eventType = "view", timestamp = "2024-03-05T00:00:00Z", title = "My own" }]);
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-1");
        Assert.Equal(HttpStatusCode.Created, (await host.Client.CallAsync(HttpMethod.Post, "/keys", new { name = "reader", scopes = new[] { "interests:read" } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, "/keys/reader/rotate")).Status);
        await host.Client.DoAsync(HttpMethod.Delete, "/keys/reader");
    }

    private static async Task AssignAsync(ApiHost host)
    {
        await host.Client.UploadAsync(Enumerable.Range(0, 4).Select(n => (object)new { userId = "new", itemId = $"Cooking-{n}", eventType = "view", timestamp = $"2024-03-06T0{n}:00:00Z" }));
        await host.AssignNewUsersAsync();
    }

    private static async Task ForgetAsync(ApiHost host, string clustering)
    {
        var services = host.Services.GetServices<IHostedService>().ToList();
        await services.OfType<JobSweeper>().Single().SweepAsync(Cancellation);
        await host.Services.GetRequiredService<UserEraser>().ForgetAsync(DateTime.UtcNow, Cancellation);
        await host.Client.DoAsync(HttpMethod.Delete, $"/clusterings/{clustering}");
        await new ClusteringDeletion(host.Services.GetRequiredService<NpgsqlDataSource>()).RemoveRowsAsync(Guid.Parse(clustering), Cancellation);
    }

    [GeneratedRegex(@"^\d+\. `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
