using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace InterestService.Api.Tests.Hosting.Databases;

public sealed class DatabaseWatchTests
{
    [Fact]
    public async Task An_embedded_server_that_dies_is_started_again_with_what_it_had_acknowledged()
    {
        using var folder = new TestFolder();
        await using var host = await ApiHost.StartAsync(ApiHost.OwnServer, $"--InterestService:DataDirectory={folder.Path}");
        using var meters = new TestMeters(host.Services.GetRequiredService<IMeterFactory>());
        object[] rows = [new { userId = "u", itemId = "i", eventType = "view", timestamp = "2026-01-01T00:00:00Z" }];
        Assert.Equal(HttpStatusCode.OK, (await host.Client.CallAsync(HttpMethod.Post, "/events", rows)).Status);
        string process = File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First();
        Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture)).Kill();

        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.CallAsync(HttpMethod.Get, "/users/u/cluster")).Status); // answered from memory
        await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Get, "/clusterings")).Status == HttpStatusCode.OK);
        // Connections that were idle may still be noticed as broken, each by an answer 503.
        await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Post, "/events", rows)) is (HttpStatusCode.OK, var answer, _) && (int)answer!["duplicates"]! == 1);
        // The server answers a moment before the watch, which started it, counts.
        await Wait.UntilAsync(() => Task.FromResult(meters.Read("interestservice.database.restarts") == 1));
    }
}
