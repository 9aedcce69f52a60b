using System.Net;
using InterestService.Api.Tests.Support;
using InterestService.Endurance.Outages;
using Npgsql;

namespace InterestService.Api.Tests.Publishing.Saved;

public sealed class SavedSnapshotsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_process_that_starts_while_PostgreSQL_is_away_answers_lookups_as_the_last_one_did()
    {
        using var folder = new TestFolder();
        // The service reaches PostgreSQL through a network that can break: a saved clustering belongs to one address.
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        await using var network = new TcpProxy(settings.Port);
        network.Start();
        settings.Port = network.Port;
        string connectionString = settings.ConnectionString;
        string[] data = [$"--InterestService:DataDirectory={folder.Path}", "--InterestService:SaveLookups=true"];
        string[] paths = ["/users/hiker-1/cluster", "/users/phone/cluster", "/users/new/cluster", "/clusters", "/clusters/1/users?limit=50"];
        string[] unknown = ["/users/hiker-2/cluster", "/users/cook-3/cluster"];
        var answers = new Dictionary<string, (string? Body, string? Tag)>();
        await using (var host = await ApiHost.StartAsync(connectionString, data))
        {
            await host.Client.UploadAsync(PlantedEvents.Create());
            await host.Client.LinkAsync(("hiker-4", "phone"));
            await host.Client.PublishedAsync((string?)(await host.Client.ClusterAsync(PlantedEvents.Request()))["id"], "hiker-1");
            await host.Client.UploadAsync([new { userId = "new", itemId = "Hiking-1", eventType = "view", timestamp = "2024-04-01T00:00:00Z" }]);
            await Wait.UntilAsync(async () => (await host.Client.CallAsync(HttpMethod.Get, "/users/new/cluster")).Status == HttpStatusCode.OK);
            await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-2");
            await host.Client.DoAsync(HttpMethod.Put, "/users/cook-3/opt-out");
            var changed = DateTime.UtcNow;
            foreach (string path in paths) answers.Add(path, await ReadAsync(host, path));
            await Wait.UntilAsync(() => Task.FromResult(Directory.GetFiles(folder.Path) is [var saved] && File.GetLastWriteTimeUtc(saved) > changed));
        }

        string file = Assert.Single(Directory.GetFiles(folder.Path));
        Assert.DoesNotContain("hiker-2", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        network.Set(Weather.Broken);
        await using var later = await ApiHost.StartAsync(connectionString, [.. data, ApiHost.Alone]);
        foreach (string path in paths) Assert.Equal(answers[path], await ReadAsync(later, path));
        foreach (string path in unknown) await later.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
        await later.Client.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, HttpMethod.Get, "/clusterings");
        await Wait.UntilAsync(async () => (await later.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.ServiceUnavailable);

        network.Set(Weather.Fine);
        await Wait.UntilAsync(async () => (await later.Client.CallAsync(HttpMethod.Get, "/health/ready")).Status == HttpStatusCode.OK);
        await later.Client.DoAsync(HttpMethod.Delete, "/users/hiker-1");
        await later.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/hiker-1/cluster");
    }

    [Theory]
    [InlineData("snapshot of another version")]
    [InlineData("")]
    public async Task A_file_that_cannot_be_used_does_not_start_a_service_without_a_database(string content)
    {
        using var folder = new TestFolder();
        string[] data = [$"--InterestService:DataDirectory={folder.Path}", "--InterestService:SaveLookups=true"];
        var settings = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync());
        await using var network = new TcpProxy(settings.Port);
        network.Start();
        settings.Port = network.Port;
        await using (var host = await ApiHost.StartAsync(settings.ConnectionString, data))
        {
            await host.Client.UploadAsync(PlantedEvents.Create());
            await host.Client.ClusterAsync(PlantedEvents.Request());
            await Wait.UntilAsync(() => Task.FromResult(Directory.GetFiles(folder.Path).Length == 1));
        }

        network.Set(Weather.Broken);
        await File.WriteAllTextAsync(Directory.GetFiles(folder.Path).Single(), content, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ApiHost.StartAsync(settings.ConnectionString, data));
    }

    private static async Task<(string? Body, string? Tag)> ReadAsync(ApiHost host, string path)
    {
        var (status, body, response) = await host.Client.CallAsync(HttpMethod.Get, path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {body?.ToJsonString()}");
        return (body?.ToJsonString(), response.Headers.ETag?.ToString());
    }
}
