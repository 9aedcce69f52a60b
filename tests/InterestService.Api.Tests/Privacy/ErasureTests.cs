using System.Net;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.Privacy;

public sealed class ErasureTests(PostgresFixture postgres)
{
    [Fact]
    public async Task An_erased_user_is_removed_from_every_table_and_every_response()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        await host.Client.CallAsync(HttpMethod.Put, "/users/labels", new[] { new { userId = "cook-1", label = "kitchen" } });
        await host.Client.CallAsync(HttpMethod.Put, "/users/links", new[] { new { userId = "cook-1", alias = "cookie" } });
        var done = await host.Client.ClusterAsync(PlantedEvents.Request());
        await host.Client.PublishedAsync((string?)done["id"], "cook-1");
        var medoid = (await host.Client.GetJsonAsync("/clusters"))["items"]!.AsArray().SelectMany(cluster => cluster!["medoids"]!.AsArray()).Select(user => (string)user!).First();
        string tag = (await host.Client.CallAsync(HttpMethod.Get, "/clusters")).Response.Headers.ETag!.ToString();

        foreach (string user in new[] { "cook-1", medoid })
            Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, $"/users/{user}")).Status);

        foreach (string user in new[] { "cook-1", "cookie", medoid })
        {
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/cluster");
            await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/users/{user}/interests");
        }

        var (status, clusters, _) = await host.Client.CallAsync(HttpMethod.Get, "/clusters", null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.DoesNotContain(medoid, clusters!.ToJsonString(), StringComparison.Ordinal);
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        foreach (string table in new[] { "events", "assignments", "user_labels", "user_links", "opt_outs" })
        {
            await using var count = database.CreateCommand($"SELECT count(*) FROM {table} WHERE user_id IN ('cook-1', 'cookie', '{medoid}')");
            Assert.Equal(0L, await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }

        // All other users keep their clusters.
        await host.Client.GetJsonAsync($"/users/{(medoid == "cook-2" ? "cook-3" : "cook-2")}/cluster");
    }

    [Fact]
    public async Task A_clustering_that_runs_during_an_erasure_does_not_restore_the_user()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request());
        string location = response.Headers.Location!.ToString();
        while ((string?)(await host.Client.GetJsonAsync(location))["state"] == "queued") await Task.Delay(5, TestContext.Current.CancellationToken);
        await host.Client.CallAsync(HttpMethod.Delete, "/users/hiker-3");
        var done = await host.Client.FinishAsync(location);
        Assert.Equal("succeeded", (string?)done["state"]);
        await host.Client.PublishedAsync((string?)done["id"], "hiker-4");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/hiker-3/cluster");
        Assert.DoesNotContain("hiker-3\"", (await host.Client.GetJsonAsync("/clusters")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_an_unknown_user_succeeds()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, "/users/nobody%2Fat%20all")).Status);
    }

    [Fact]
    public async Task A_user_who_opts_out_is_excluded_from_clusterings_until_opting_in()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Put, "/users/cook-5/opt-out")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Put, "/users/cook-5/opt-out")).Status);
        var without = await host.Client.ClusterAsync(PlantedEvents.Request());
        Assert.Equal((29, 232), ((int)without["users"]!, (int)without["events"]!));

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, "/users/cook-5/opt-out")).Status);
        Assert.Equal(30, (int)(await host.Client.ClusterAsync(PlantedEvents.Request()))["users"]!);
    }
}
