using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings.Progress;

/// <summary>The stream of a clustering that a worker runs.</summary>
public sealed class ProgressApiTests(PostgresFixture postgres)
{
    private static readonly string[] _stages = ["load", "clean", "encode", "cluster", "evaluate", "profile", "project", "save"];

    [Fact]
    public async Task A_run_is_followed_from_the_queue_to_its_end()
    {
        await using var host = await StartAsync();
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", PlantedEvents.Request());
        string location = response.Headers.Location!.ToString();
        var events = await ProgressListener.ReadAllAsync(host, location, lastEventId: 0);

        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Id));
        var data = events.ConvertAll(e => e.Data);
        Assert.Equal("queued", (string?)data[0]["state"]);
        Assert.Equal(["running", "succeeded"], data.Skip(1).Select(d => (string)d["state"]!).Distinct());
        Assert.Equal(_stages, data.Skip(1).Select(d => (string)d["stage"]!).Distinct());
        var progress = data.ConvertAll(d => (double)d["progress"]!);
        Assert.Equal(progress.Order(), progress);
        Assert.Equal(("succeeded", 1.0, 0.0), ((string)data[^1]["state"]!, (double)data[^1]["progress"]!, (double)data[^1]["secondsLeft"]!));
        var trained = data.FindAll(d => d["loss"] is not null);
        Assert.NotEmpty(trained);
        Assert.All(trained, d => Assert.Equal("encode", (string?)d["stage"]));
        Assert.InRange((int)trained[^1]["epoch"]!, 1, 60);
        Assert.Null((await host.Client.GetJsonAsync(location))["loss"]);

        // A clustering that is over answers with its final state at once.
        var (id, final) = Assert.Single(await ProgressListener.ReadAllAsync(host, location));
        Assert.Equal((events.Count, "succeeded"), (id, (string)final["state"]!));
    }

    [Fact]
    public async Task A_cancelled_run_ends_the_stream()
    {
        await using var host = await StartAsync();
        var request = new { encoder = "autoencoder", clusters = 2, parameters = new { epochs = 10_000 } };
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", request);
        string location = response.Headers.Location!.ToString();
        using var listener = await ProgressListener.OpenAsync(host, location);
        while ((await listener.NextAsync())!.Value.Data["loss"] is null) { }
        Assert.Equal(HttpStatusCode.Accepted, (await host.Client.CallAsync(HttpMethod.Delete, location)).Status);
        var rest = await listener.ReadToEndAsync();
        Assert.Equal(("canceled", 0.0), ((string)rest[^1].Data["state"]!, (double)rest[^1].Data["secondsLeft"]!));
        Assert.DoesNotContain(rest.SkipLast(1), e => (string)e.Data["state"]! == "canceled");
    }

    [Fact]
    public async Task A_run_that_fails_ends_the_stream_too()
    {
        await using var host = await StartAsync();
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/clusterings", new { clusters = 31 });
        var events = await ProgressListener.ReadAllAsync(host, response.Headers.Location!.ToString());
        Assert.Equal("failed", (string?)events[^1].Data["state"]);
    }

    [Fact]
    public async Task What_cannot_be_followed_is_a_problem()
    {
        await using var host = await StartAsync();
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/clusterings/{Guid.NewGuid()}/progress");
        var done = await host.Client.ClusterAsync(PlantedEvents.Request("manual"));
        string path = $"/clusterings/{done["id"]}/progress";
        foreach (string bad in new[] { "-1", "1.5", "x", "99999999999999999999" })
        {
            var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, path, null, ("Last-Event-ID", bad));
            Assert.NotNull(problem["errors"]!["Last-Event-ID"]);
        }

        var (status, _, _) = await host.Client.CallAsync(HttpMethod.Head, path);
        Assert.Equal(HttpStatusCode.OK, status);
        await host.Client.DoAsync(HttpMethod.Delete, $"/clusterings/{done["id"]}");
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);
    }

    private async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.UploadAsync(PlantedEvents.Create());
        return host;
    }
}
