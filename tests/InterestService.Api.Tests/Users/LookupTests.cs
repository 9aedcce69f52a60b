using System.Net;
using System.Net.Http.Json;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Users;

public sealed class LookupTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_single_lookup_equals_the_lookup_of_several_users()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string one = await host.Client.GetStringAsync(new Uri("/users/hiker-3/cluster", UriKind.Relative), TestContext.Current.CancellationToken);
        using var many = await host.Client.PostAsJsonAsync(
            new Uri("/users/clusters", UriKind.Relative), new { userIds = new[] { "hiker-3" } }, TestContext.Current.CancellationToken);
        Assert.Equal($$"""{"found":[{{one}}],"missing":[]}""", await many.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_lookup_needs_the_scope_and_honours_the_ETag()
    {
        const string reader = "a-key-for-reading", writer = "a-key-for-writing";
        await using var host = await PublishedHost.StartAsync(
            postgres,
            "--InterestService:ApiKeys:0:Name=reader", $"--InterestService:ApiKeys:0:Key={reader}", "--InterestService:ApiKeys:0:Scopes:0=interests:read",
            "--InterestService:ApiKeys:1:Name=writer", $"--InterestService:ApiKeys:1:Key={writer}", "--InterestService:ApiKeys:1:Scopes:0=events:write");
        const string path = "/users/hiker-3/cluster";
        foreach (string query in new[] { "", "?a=b" })
        {
            await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, path + query, null, ("X-API-Key", "a-key-for-nothing"));
            await host.Client.AssertProblemAsync(HttpStatusCode.Forbidden, HttpMethod.Get, path + query, null, ("X-API-Key", writer));
            var (status, _, found) = await host.Client.CallAsync(HttpMethod.Get, path + query, null, ("X-API-Key", reader));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal("private, no-cache", found.Headers.CacheControl!.ToString().Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal));
            string etag = found.Headers.ETag!.ToString();
            var (again, nothing, unchanged) = await host.Client.CallAsync(HttpMethod.Get, path + query, null, ("X-API-Key", reader), ("If-None-Match", etag));
            Assert.Equal(HttpStatusCode.NotModified, again);
            Assert.Null(nothing);
            Assert.Equal(etag, unchanged.Headers.ETag!.ToString());
        }

        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, path + "?a=%00", null, ("X-API-Key", reader));
        await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/users/%20/cluster", null, ("X-API-Key", reader));
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/nobody/cluster", null, ("X-API-Key", reader));
        using var head = new HttpRequestMessage(HttpMethod.Head, path);
        using var headers = await host.Client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, headers.StatusCode);
        Assert.True(headers.Content.Headers.ContentLength > 0);
        Assert.Empty(await headers.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task No_user_is_reported_as_unknown_before_the_published_clustering_is_loaded()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var hold = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("LOCK TABLE publication IN ACCESS EXCLUSIVE MODE", connection, hold))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        await using var host = await ApiHost.StartAsync(database);
        await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/users/ann/cluster");
        await host.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/clusters");
        await hold.RollbackAsync(TestContext.Current.CancellationToken);
        while ((await host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status != HttpStatusCode.OK)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/ann/cluster");
    }
}
