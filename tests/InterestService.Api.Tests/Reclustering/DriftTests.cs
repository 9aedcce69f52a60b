using System.Net;
using System.Text.Json.Nodes;
using Hangfire;
using Hangfire.Storage;
using InterestService.Api.Hosting;
using InterestService.Api.Reclustering;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Reclustering;

public sealed class DriftTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Moved_users_and_events_on_new_items_are_counted()
    {
        await using (var empty = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync()))
            await empty.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/drift");

        await using var host = await PublishedHost.StartAsync(postgres);
        var drift = await host.Client.GetJsonAsync("/drift");
        Assert.Equal((0, 30, 0, 0), Figures(drift));
        Assert.Null(drift["threshold"]);
        Assert.False((bool)drift["drifted"]!);

        await host.Client.UploadAsync([.. Events("cook-1", "Hiking", 40), .. Events("cook-2", "Hiking", 40), .. Events("new", "Chess", 20)]);
        drift = await host.Client.GetJsonAsync("/drift");
        Assert.Equal((2, 30, 20, 100), Figures(drift));
        Assert.Equal((string?)(await host.Client.GetJsonAsync("/users/cook-3/cluster"))["clusteringId"], (string?)drift["clusteringId"]);
    }

    [Fact]
    public async Task Drift_above_the_threshold_starts_the_configured_clustering_once()
    {
        await using var host = await PublishedHost.StartAsync(
            postgres, "--InterestService:Reclustering:DriftThreshold=.3", "--InterestService:Reclustering:Request:Encoder=svd",
            "--InterestService:Reclustering:Request:Clusters=3", "--InterestService:Reclustering:Request:Publish=manual",
            "--InterestService:Reclustering:Request:Parameters:Dimensions=8");
        await RunAsync(host, job => job.RunOnDriftAsync(TestContext.Current.CancellationToken));
        Assert.Single(await ClusteringsAsync(host));

        await host.Client.UploadAsync([.. Events("new-1", "Chess", 50), .. Events("new-2", "Chess", 50)]);
        Assert.True((bool)(await host.Client.GetJsonAsync("/drift"))["drifted"]!);
        await RunAsync(host, job => job.RunOnDriftAsync(TestContext.Current.CancellationToken));
        var started = (await ClusteringsAsync(host))[0];
        Assert.Equal(("svd", 3, "manual", 8), (
            (string)started["request"]!["encoder"]!, (int)started["request"]!["clusters"]!, (string)started["request"]!["publish"]!,
            (int)started["request"]!["parameters"]!["dimensions"]!));
        Assert.Equal("succeeded", (string?)(await host.Client.FinishAsync($"/clusterings/{started["id"]}"))["state"]);

        // The clustering is not published, so the drift remains; another attempt would have the same result.
        await RunAsync(host, job => job.RunOnDriftAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, (await ClusteringsAsync(host)).Count);
    }

    [Fact]
    public async Task The_schedule_starts_nothing_while_a_clustering_is_queued_or_running()
    {
        string database = await postgres.CreateDatabaseAsync();
        await using (var host = await ApiHost.StartAsync(database, "--InterestService:Reclustering:Cron=0 3 * * *", "--InterestService:Reclustering:Request:Clusters=auto"))
        {
            using var connection = host.Services.GetRequiredService<JobStorage>().GetConnection();
            await Wait.UntilAsync(() => Task.FromResult(connection.GetRecurringJobs().Count > 0)); // set up after the start
            var recurring = Assert.Single(connection.GetRecurringJobs());
            Assert.Equal((ReclusteringSchedule.Scheduled, "0 3 * * *"), (recurring.Id, recurring.Cron));
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(host, job => job.RunByScheduleAsync(TestContext.Current.CancellationToken))));
            string location = $"/clusterings/{(await ClusteringsAsync(host))[^1]["id"]}";
            Assert.Equal(("failed", "auto"), ((string)(await host.Client.FinishAsync(location))["state"]!, (string)(await host.Client.GetJsonAsync(location))["request"]!["clusters"]!));
        }

        await using var without = await ApiHost.StartAsync(database);
        using var after = without.Services.GetRequiredService<JobStorage>().GetConnection();
        await Wait.UntilAsync(() => Task.FromResult(after.GetRecurringJobs().Count == 0));
    }

    [Theory]
    [InlineData("Cron", "every night")]
    [InlineData("DriftThreshold", "1.5")]
    [InlineData("Request:Encoder", "magic")]
    public async Task Invalid_settings_prevent_the_start(string key, string value)
    {
        string database = await postgres.CreateDatabaseAsync();
        var error = await Assert.ThrowsAnyAsync<Exception>(() => ApiHost.StartAsync(database, $"--InterestService:Reclustering:{key}={value}"));
        Assert.True(error is StartupException or OptionsValidationException, error.ToString());
        Assert.Contains("Reclustering", error.Message, StringComparison.Ordinal);
    }

    private static async Task RunAsync(ApiHost host, Func<ReclusteringJob, Task> run)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await run(ActivatorUtilities.CreateInstance<ReclusteringJob>(scope.ServiceProvider));
    }

    private static async Task<List<JsonNode>> ClusteringsAsync(ApiHost host) =>
        [.. (await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray().Select(clustering => clustering!)];

    private static (int Moved, int Sampled, int Unknown, int New) Figures(JsonNode drift) =>
        ((int)drift["usersMoved"]!, (int)drift["usersSampled"]!, (int)drift["unknownItemEvents"]!, (int)drift["newEvents"]!);

    private static IEnumerable<object> Events(string user, string interest, int count) => Enumerable.Range(0, count).Select(n => (object)new
    {
        userId = user,
        itemId = $"{interest}-{n % 10}",
        eventType = "purchase",
        timestamp = $"2024-03-{10 + n / 10}T{n % 10:00}:00:00Z",
    });
}
