using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Cli;

[Collection(CapturedCommand.Collection)]
public sealed class BackupTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_backup_made_while_the_service_runs_is_restored_into_an_empty_database_which_then_serves_the_same()
    {
        using var folder = new TestFolder();
        string source = await postgres.CreateDatabaseAsync(), target = await postgres.CreateEmptyDatabaseAsync(), file = Path.Combine(folder.Path, "backup");
        string[] paths = ["/users/hiker-1/cluster", "/clusters", "/clusterings", "/users/cook-2/interests"];
        string[] answers;
        await using (var host = await ApiHost.StartAsync(source))
        {
            await host.Client.UploadAsync(PlantedEvents.Create());
            await host.Client.PublishedAsync((string?)(await host.Client.ClusterAsync(PlantedEvents.Request()))["id"], "hiker-1");
            answers = await ReadAsync(host, paths);
            var backup = await CapturedCommand.RunAsync("backup", "--output", file, $"--ConnectionStrings:Postgres={source}");
            Assert.True(backup.ExitCode == 0, backup.Output);
            await host.Client.DoAsync(HttpMethod.Delete, "/users/hiker-1"); // after it
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        var restore = await CapturedCommand.RunAsync("restore", "--input", file, $"--ConnectionStrings:Postgres={target}");
        Assert.True(restore.ExitCode == 0, restore.Output);
        await using (var restored = await ApiHost.StartAsync(target))
        {
            await Wait.UntilAsync(async () => (await restored.Client.CallAsync(HttpMethod.Get, "/users/hiker-1/cluster")).Status == System.Net.HttpStatusCode.OK);
            Assert.Equal(answers, await ReadAsync(restored, paths));
            Assert.Equal("succeeded", (string?)(await restored.Client.ClusterAsync(PlantedEvents.Request(seed: 2)))["state"]);
        }

        var again = await CapturedCommand.RunAsync("restore", "--input", file, $"--ConnectionStrings:Postgres={target}");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("empty database", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_backup_changes_nothing()
    {
        using var folder = new TestFolder();
        string source = await postgres.CreateDatabaseAsync(), target = await postgres.CreateEmptyDatabaseAsync(), file = Path.Combine(folder.Path, "backup");
        Assert.Equal(0, (await CapturedCommand.RunAsync("backup", "--output", file, $"--ConnectionStrings:Postgres={source}")).ExitCode);
        byte[] bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, bytes[..(bytes.Length * 2 / 3)], TestContext.Current.CancellationToken);

        var restore = await CapturedCommand.RunAsync("restore", "--input", file, $"--ConnectionStrings:Postgres={target}");

        Assert.Equal(1, restore.ExitCode);
        Assert.Contains("pg_restore", restore.Output, StringComparison.Ordinal);
        await using var database = NpgsqlDataSource.Create(target);
        await using var tables = database.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'hangfire')");
        Assert.Equal(0L, await tables.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<string[]> ReadAsync(ApiHost host, string[] paths)
    {
        var answers = new List<string>();
        foreach (string path in paths) answers.Add((await host.Client.GetJsonAsync(path)).ToJsonString());
        return [.. answers];
    }
}
