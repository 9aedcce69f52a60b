using InterestService.Api.Tests.Support;
using InterestService.Demo.Scenarios;
using InterestService.Demo.Scenarios.Generation;

namespace InterestService.Api.Tests.Demo;

/// <summary>A clustering of a year, followed by one of the same year with one more day.</summary>
public sealed class NextDayTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("ecommerce")]
    [InlineData("social")]
    public async Task Nearly_all_users_keep_their_cluster_id(string scenario)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var year = ScenarioGenerator.Generate(AllScenarios.ByName[scenario], new ScenarioOptions { Users = 1_000, Events = 40_000 });
        var events = year.Events.ToList();
        var yesterday = events.Max(e => e.Timestamp).AddDays(-1);
        await host.Client.UploadAsync(events.Where(e => e.Timestamp <= yesterday));
        var before = await ClusterAsync(host, seed: 1);

        await host.Client.UploadAsync(events.Where(e => e.Timestamp > yesterday));
        var after = await ClusterAsync(host, seed: 2);
        double same = before.Count(user => after.GetValueOrDefault(user.Key) == user.Value) / (double)before.Count;
        Assert.True(same >= .95, $"{same:P1} of {before.Count} users kept their cluster's id");
    }

    private static async Task<Dictionary<string, int>> ClusterAsync(ApiHost host, int seed)
    {
        var clustering = await host.Client.ClusterAsync(new { encoder = "autoencoder", clusters = 10, seed });
        Assert.Equal("succeeded", (string?)clustering["state"]);
        await host.Client.CallAsync(HttpMethod.Post, $"/clusterings/{clustering["id"]}/publish");
        var clusters = new Dictionary<string, int>();
        foreach (var cluster in (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray())
        {
            int id = (int)cluster!["id"]!;
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await host.Client.GetJsonAsync($"/clusters/{id}/users?limit=1000" + (cursor == "" ? "" : $"&cursor={cursor}"));
                foreach (var user in page["items"]!.AsArray()) clusters[(string)user!["userId"]!] = id;
                cursor = (string?)page["nextCursor"];
            }
        }

        return clusters;
    }
}
