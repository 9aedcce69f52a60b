using System.Diagnostics;
using System.Net;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting;

public sealed class FrozenDatabaseTests
{
    /// <summary>Promised to callers, with the time that a busy machine takes to notice.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_are_refused_while_the_database_accepts_connections_and_answers_nothing()
    {
        using var folder = new TestFolder();
        await using var app = Program.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--InterestService:DataDirectory={folder.Path}", "--Serilog:MinimumLevel:Default=Fatal", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Fatal"]);
        await app.Services.GetRequiredService<Database>().PrepareAsync(Cancellation);
        await app.StartAsync(Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Wait.Limit };
        object[] rows = [new { userId = "u", itemId = "i", eventType = "view", timestamp = "2026-01-01T00:00:00Z" }];
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Post, "/events", rows)).Status);

        string server = File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First();
        string processes = $"{server} {await File.ReadAllTextAsync($"/proc/{server}/task/{server}/children", Cancellation)}";
        await SignalAsync("STOP", processes);
        try
        {
            var watch = Stopwatch.StartNew();
            var calls = new[] { client.CallAsync(HttpMethod.Post, "/events", rows), client.CallAsync(HttpMethod.Get, "/clusterings") };
            foreach (var (status, body, response) in await Task.WhenAll(calls))
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                Assert.Equal("The database does not answer.", (string?)body!["title"]);
                Assert.NotNull(response.Headers.RetryAfter);
            }

            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.CallAsync(HttpMethod.Get, "/health/ready")).Status);
            Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Get, "/health/live")).Status);
            Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Get, "/dashboard")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, "/users/u/cluster")).Status);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.CallAsync(HttpMethod.Get, "/clusterings")).Status);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, _limit);
        }
        finally
        {
            await SignalAsync("CONT", processes);
        }

        await Wait.UntilAsync(async () => (await client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Post, "/events", rows)).Status);
    }

    private static async Task SignalAsync(string signal, string processes)
    {
        using var kill = Process.Start("kill", $"-{signal} {processes}");
        await kill.WaitForExitAsync(Cancellation);
        Assert.Equal(0, kill.ExitCode);
    }
}
