using System.Net;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Publishing.Serving;

/// <summary>Two processes on one database, of which one learns of publications late.</summary>
public sealed class SeenPublicationTests(PostgresFixture postgres)
{
    private const string User = "/users/hiker-0/cluster";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("version", User)]
    [InlineData("version", "/clusters")]
    [InlineData("people", User)]
    [InlineData("names", "/users/cook-1/similar")]
    public async Task A_caller_that_knows_a_later_publication_gets_nothing_from_before_it(string counter, string path)
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var first = await PublishedHost.StartOnAsync(connection, ApiHost.Alone);
        await using var second = await ApiHost.StartAsync(connection, ApiHost.Alone);
        await using var database = NpgsqlDataSource.Create(connection);
        for (int change = 0; change < 3; change++)
        {
            // Nobody is told, so that a process notices within seconds only.
            await using (var publish = database.CreateCommand($"UPDATE publication SET {counter} = {counter} + 1")) await publish.ExecuteNonQueryAsync(Cancellation);
            await first.Services.GetRequiredService<PublishedSnapshot>().RefreshAsync(Cancellation);
            string latest = await TagAsync(first, path);
            var (status, _, response) = await second.Client.CallAsync(HttpMethod.Get, path, headers: ("If-None-Match", $"\"other\", W/{latest}"));
            Assert.Equal(HttpStatusCode.NotModified, status);
            Assert.Equal(latest, response.Headers.ETag!.ToString());
        }
    }

    [Fact]
    public async Task A_process_that_cannot_read_the_publication_which_a_caller_knows_refuses_this_caller_alone()
    {
        string connection = await postgres.CreateDatabaseAsync();
        await using var host = await PublishedHost.StartOnAsync(connection);
        string tag = await TagAsync(host, User);
        await using var outage = await DatabaseOutage.BeginAsync(connection);
        var (status, _, response) = await host.Client.CallAsync(HttpMethod.Get, User, headers: ("If-None-Match", Later(tag)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        await host.Client.AssertProblemAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, User, headers: [("If-None-Match", Later(tag)), ("X-API-Key", "unknown")]);
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, User)).Status);
        Assert.Equal(HttpStatusCode.NotModified, (await host.Client.CallAsync(HttpMethod.Get, User, headers: ("If-None-Match", tag))).Status);
    }

    [Fact]
    public async Task Tags_that_no_publication_has_change_nothing()
    {
        await using var host = await PublishedHost.StartAsync(postgres);
        string tag = await TagAsync(host, User);
        string[] tags =
        [
            "\"\"", "\"x\"", "W/\"\"", Later(tag), tag[..33] + "\"", tag[..34] + "\"", tag[..^1] + "-1-2-3\"", tag[..^1] + "x\"", tag.Replace('-', '_'),
            $"\"{Guid.NewGuid():N}-99999999999999999999999-0-0\"", string.Join(", ", Enumerable.Repeat(Later(tag), 100)),
        ];
        foreach (string known in tags)
        {
            var (status, _, response) = await host.Client.CallAsync(HttpMethod.Get, User, headers: ("If-None-Match", known));
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(tag, response.Headers.ETag!.ToString());
        }

        // Many at once read what is published together.
        var flood = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => host.Client.CallAsync(HttpMethod.Get, User, headers: ("If-None-Match", Later(tag)))));
        Assert.All(flood, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    private static async Task<string> TagAsync(ApiHost host, string path) => (await host.Client.CallAsync(HttpMethod.Get, path)).Response.Headers.ETag!.ToString();

    /// <summary>Returns the tag with a version that is not published yet.</summary>
    private static string Later(string tag)
    {
        string[] parts = tag.Split('-');
        parts[1] = "9" + parts[1];
        return string.Join('-', parts);
    }
}
