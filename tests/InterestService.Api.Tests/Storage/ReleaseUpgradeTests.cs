using System.Net;
using InterestService.Api.Hosting;
using InterestService.Api.Publishing.Models;
using InterestService.Api.Tests.Support;
using InterestService.Endurance;
using InterestService.Endurance.Releases;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Storage;

/// <summary>This version on what earlier ones have written, and earlier processes beside what later ones will write.</summary>
public sealed class ReleaseUpgradeTests(PostgresFixture postgres)
{
    /// <summary>Columns that the latest release does not use any more, which the next one may therefore remove.</summary>
    private static readonly (string Table, string Name)[] _unused = [];

    public static TheoryData<string> Releases => [.. ReleaseDatabase.All.Select(release => $"{release}")];

    [Fact]
    public void This_version_has_written_what_later_ones_are_tested_on() => Assert.Equal(ServiceVersion.Text, $"{ReleaseDatabase.All[^1]}");

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task What_a_release_has_stored_is_served_unchanged(string release)
    {
        await using var host = await StartAsync(Version.Parse(release));
        var recorded = ReleaseDatabase.Answers(Version.Parse(release)).Clusterings;
        Assert.Empty(await DifferencesAsync(host, recorded[^1])); // the one that the release had published
        foreach (var clustering in recorded)
        {
            await PublishAsync(host, clustering.Id);
            Assert.Empty(await DifferencesAsync(host, clustering));
        }
    }

    [Theory]
    [MemberData(nameof(Releases))]
    public async Task Users_join_the_clusters_of_a_release_and_the_next_clustering_continues_them(string release)
    {
        await using var host = await StartAsync(Version.Parse(release));
        var recorded = ReleaseDatabase.Answers(Version.Parse(release)).Clusterings;
        foreach (var (number, clustering) in recorded.Index())
        {
            await PublishAsync(host, clustering.Id);
            await host.Client.UploadAsync(PlantedUsers.EventsOf($"late-{number}", 4, "hiking"));
            await host.AssignNewUsersAsync();
            var placed = await host.Client.GetJsonAsync($"/users/late-{number}/cluster");
            Assert.Equal("incremental", (string?)placed["source"]);
            Assert.Equal(await ClusterOfAsync(host, "hiking-4"), (int)placed["clusterId"]!);
        }

        var clusters = (Hiking: await ClusterOfAsync(host, "hiking-4"), Cooking: await ClusterOfAsync(host, "cooking-4"));
        var done = await host.Client.ClusterAsync(new { encoder = "svd", clusters = 2, seed = 2, publish = "manual" });
        Assert.Equal("succeeded", (string?)done["state"]);
        await PublishAsync(host, (string)done["id"]!);
        Assert.Equal(clusters, (await ClusterOfAsync(host, "hiking-4"), await ClusterOfAsync(host, "cooking-4")));
        Assert.Equal("batch", (string?)(await host.Client.GetJsonAsync("/users/late-0/cluster"))["source"]);
        foreach (string absent in new[] { "hiking-2", "hiking-3" }) // who has opted out, and who was erased
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{absent}/cluster");

        await PublishAsync(host, recorded[^1].Id);
        Assert.Equal(clusters, (await ClusterOfAsync(host, "hiking-4"), await ClusterOfAsync(host, "cooking-4")));
    }

    /// <summary>A process of the latest release goes on while this version migrates: everything that it reads and writes remains.</summary>
    [Fact]
    public async Task Migrations_after_the_latest_release_only_add()
    {
        string database = await ReleaseDatabase.RestoreAsync(postgres, ReleaseDatabase.All[^1]);
        var before = await ReleaseDatabase.ColumnsAsync(database);
        await ReleaseDatabase.MigrateAsync(database);
        Assert.Empty(Breaks(before, await ReleaseDatabase.ColumnsAsync(database)).Except(_unused));
    }

    [Fact]
    public void What_a_process_of_a_release_would_miss_is_recognized()
    {
        Dictionary<(string, string), Column> before = new()
        {
            [("t", "kept")] = new("text", true),
            [("t", "gone")] = new("text", true),
            [("t", "changed")] = new("int4", true),
            [("t", "required")] = new("text", true),
        };
        Dictionary<(string, string), Column> after = new()
        {
            [("t", "kept")] = new("text", true),
            [("t", "changed")] = new("int8", true),
            [("t", "required")] = new("text", false),
            [("t", "new")] = new("text", true),
            [("t", "demanded")] = new("text", false),
            [("other", "demanded")] = new("text", false),
        };
        Assert.Equal([("t", "changed"), ("t", "demanded"), ("t", "gone"), ("t", "required")], Breaks(before, after));
    }

    [Fact]
    public async Task A_process_goes_on_when_a_later_version_has_added_to_the_tables()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await PublishedHost.StartOnAsync(database);
        await AddToTablesAsync(database);
        await host.Client.UploadAsync(PlantedEvents.Create(usersPerInterest: 16)); // one more of each
        await host.Client.LinkAsync(("cook-1", "phone"));
        await host.Client.DoAsync(HttpMethod.Delete, "/users/cook-2");
        var done = await host.Client.ClusterAsync(PlantedEvents.Request(seed: 2));
        Assert.Equal("succeeded", (string?)done["state"]);
        await host.Client.PublishedAsync((string)done["id"]!, "hiker-15");
        await host.Client.GetJsonAsync("/users/phone/cluster");

        await using var restarted = await ApiHost.StartAsync(database, "--InterestService:Role=Api");
        await restarted.Client.PublishedAsync((string)done["id"]!, "hiker-15");
    }

    /// <summary>Returns what keeps a process that knows the columns of before from reading and writing: columns that are gone or different, and new ones that it would have to fill.</summary>
    private static IEnumerable<(string Table, string Name)> Breaks(Dictionary<(string Table, string Name), Column> before, Dictionary<(string Table, string Name), Column> after)
    {
        var tables = before.Keys.Select(column => column.Table).ToHashSet();
        var lost = before.Where(column => !after.TryGetValue(column.Key, out var now) || now.Type != column.Value.Type || (column.Value.MayBeLeftOut && !now.MayBeLeftOut));
        var demanded = after.Where(column => tables.Contains(column.Key.Table) && !before.ContainsKey(column.Key) && !column.Value.MayBeLeftOut);
        return lost.Concat(demanded).Select(column => column.Key).Order();
    }

    private static async Task AddToTablesAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        var tables = (await ReleaseDatabase.ColumnsAsync(database)).Keys.Select(column => column.Table).Distinct().Where(table => table != "__EFMigrationsHistory");
        foreach (string table in tables) await ExecuteAsync($"ALTER TABLE {table} ADD COLUMN added_later text, ADD COLUMN also_added_later int NOT NULL DEFAULT 7");
        await ExecuteAsync("CREATE TABLE added_later (id uuid PRIMARY KEY)");
        await ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" (migration_id, product_version) VALUES ('99991231000000_Later', '99.0.0')""");

        async Task ExecuteAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task<ApiHost> StartAsync(Version release)
    {
        string database = await ReleaseDatabase.RestoreAsync(postgres, release);
        await ReleaseDatabase.MigrateAsync(database);
        var host = await ApiHost.StartAsync(database, ApiHost.Alone);
        // The worker's own search would assign before that of the test.
        await host.Services.GetRequiredService<NewUserAssigner>().StopAsync(TestContext.Current.CancellationToken);
        return host;
    }

    private static async Task PublishAsync(ApiHost host, string id)
    {
        var (status, answer, _) = await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{id}/publish");
        Assert.True(status == HttpStatusCode.OK, answer?.ToJsonString());
        await host.Client.PublishedAsync(id, "hiking-4");
    }

    private static async Task<List<string>> DifferencesAsync(ApiHost host, RecordedClustering clustering)
    {
        var differences = new List<string>();
        foreach (var call in clustering.Calls)
        {
            var (status, answer, _) = await host.Client.CallAsync(new HttpMethod(call.Method), call.Path, call.Body);
            if (status != HttpStatusCode.OK) differences.Add($"{clustering.Encoder} {call.Path}: {status} {answer?.ToJsonString()}");
            else differences.AddRange(RecordedAnswers.Differences(call.Answer, answer).Select(difference => $"{clustering.Encoder} {call.Path}: {difference}"));
        }

        return differences;
    }

    private static async Task<int> ClusterOfAsync(ApiHost host, string user) => (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;
}
