using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting.Databases;

public sealed class FrozenDatabaseTests
{
    /// <summary>Promised to callers, with the time that a busy machine takes to notice.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_are_refused_while_the_database_accepts_connections_and_answers_nothing()
    {
        using var folder = new TestFolder();
        await using var host = await ApiHost.StartAsync(ApiHost.OwnServer, $"--InterestService:DataDirectory={folder.Path}");
        using var meters = new TestMeters(host.Services.GetRequiredService<IMeterFactory>());
        object[] rows = [new { userId = "u", itemId = "i", eventType = "view", timestamp = "2026-01-01T00:00:00Z" }];
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, "/events", rows)).Status);

        string server = File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First();
        string processes = $"{server} {await File.ReadAllTextAsync($"/proc/{server}/task/{server}/children", Cancellation)}";
        await SignalAsync("STOP", processes);
        try
        {
            var watch = Stopwatch.StartNew();
            var calls = new[] { host.Client.CallAsync(HttpMethod.Post, "/events", rows), host.Client.CallAsync(HttpMethod.Get, "/clusterings") };
            foreach (var (status, body, response) in await Task.WhenAll(calls))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                Assert.Equal("The database does not answer.", (string?)body!["title"]);
                Assert.NotNull(response.Headers.RetryAfter);
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status);
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/health/live")).Status);
            Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Get, "/dashboard")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/users/u/cluster")).Status);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Client.CallAsync(HttpMethod.Get, "/clusterings")).Status);
            Assert.Equal(0, meters.Read("interestservice.database.up"));
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, _limit);
        }
        finally
        {
            await SignalAsync("CONT", processes);
        }

        await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        Assert.Equal(1, meters.Read("interestservice.database.up"));
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, "/events", rows)).Status);
    }

    private static async Task SignalAsync(string signal, string processes) => (await ExternalProgram.RunAsync(
        "kill", [$"-{signal}", .. processes.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)])).AssertSucceeded();
}
