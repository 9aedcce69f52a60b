using System.Diagnostics;
using System.Globalization;
using System.Net;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting;

public sealed class DatabaseWatchTests
{
    [Fact]
    public async Task An_embedded_server_that_dies_is_started_again_with_what_it_had_acknowledged()
    {
        using var folder = new TestFolder();
        await using var app = Program.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--InterestService:DataDirectory={folder.Path}", "--Serilog:MinimumLevel:Default=Fatal", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Fatal"]);
        await app.Services.GetRequiredService<Database>().PrepareAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = Wait.Limit };
        object[] rows = [new { userId = "u", itemId = "i", eventType = "view", timestamp = "2026-01-01T00:00:00Z" }];
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync(HttpMethod.Post, "/events", rows)).Status);
        string process = File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First();
        Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture)).Kill();

        Assert.Equal(HttpStatusCode.NotFound, (await client.CallAsync(HttpMethod.Get, "/users/u/cluster")).Status); // answered from memory
        await Wait.UntilAsync(async () => (await client.CallAsync(HttpMethod.Get, "/clusterings")).Status == HttpStatusCode.OK);
        // Connections that were idle may still be noticed as broken, each by an answer 503.
        await Wait.UntilAsync(async () => (await client.CallAsync(HttpMethod.Post, "/events", rows)) is (HttpStatusCode.OK, var answer, _) && (int)answer!["duplicates"]! == 1);
    }
}
