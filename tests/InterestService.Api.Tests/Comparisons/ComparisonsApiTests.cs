using System.Net;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Comparisons;

public sealed class ComparisonsApiTests(PostgresFixture postgres)
{
    private static readonly object _request = new { encoders = new[] { "svd", "lda" }, algorithms = new[] { "kmeans", "agglomerative" }, clusters = 2, parameters = new { dimensions = 8 } };

    [Fact]
    public async Task A_comparison_runs_the_grid_and_publishes_nothing()
    {
        await using var host = await StartAsync();
        await host.Client.UploadAsync(PlantedEvents.Create());
        var (status, queued, response) = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", _request);
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Equal($"/comparisons/{queued!["id"]}", response.Headers.Location!.ToString());

        var done = await host.Client.FinishAsync(response.Headers.Location.ToString());
        Assert.Equal("succeeded", (string?)done["state"]);
        Assert.Equal((1.0, 240, 30, 20), ((double)done["progress"]!, (int)done["events"]!, (int)done["users"]!, (int)done["items"]!));
        var rows = done["rows"]!.AsArray();
        Assert.Equal(["svd kmeans", "svd agglomerative", "lda kmeans", "lda agglomerative"], rows.Select(row => $"{row!["encoder"]} {row["algorithm"]}"));
        Assert.All(rows, row => Assert.True((double)row!["metrics"]!["silhouette"]! > 0 && (double)row["encoding"]!["seconds"]! > 0));
        Assert.Contains((string)done["winner"]!["encoder"]!, new[] { "svd", "lda" });
        Assert.Contains("most stable", (string)done["winner"]!["reason"]!, StringComparison.Ordinal);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/users/hiker-0/cluster");
        Assert.Empty((await host.Client.GetJsonAsync("/clusterings"))["items"]!.AsArray());

        var sorted = (await host.Client.GetJsonAsync($"/comparisons/{done["id"]}?sort=silhouette"))["rows"]!.AsArray().ToLookup(row => (string)row!["encoder"]!, row => (double)row!["metrics"]!["silhouette"]!);
        Assert.Equal(["svd", "lda"], sorted.Select(encoder => encoder.Key));
        Assert.All(sorted, encoder => Assert.Equal(encoder.OrderDescending(), encoder));
        var stable = (await host.Client.GetJsonAsync($"/comparisons/{done["id"]}?sort=stability"))["rows"]!.AsArray().Select(row => (double)row!["metrics"]!["stability"]!).ToArray();
        Assert.Equal(stable.OrderDescending(), stable);
        Assert.Equal((string?)done["id"], (string?)(await host.Client.GetJsonAsync("/comparisons"))["items"]![0]!["id"]);

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, $"/comparisons/{done["id"]}")).Status);
        await host.Client.AssertProblemAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/comparisons/{done["id"]}");
    }

    [Fact]
    public async Task The_same_key_starts_one_comparison()
    {
        await using var host = await StartAsync();
        var first = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", _request, ("Idempotency-Key", "a"));
        var second = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", _request, ("Idempotency-Key", "a"));
        Assert.Equal((HttpStatusCode.Accepted, (string?)first.Body!["id"]), (second.Status, (string?)second.Body!["id"]));
        await host.Client.AssertProblemAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/comparisons", new { seed = 5 }, ("Idempotency-Key", "a"));
    }

    [Fact]
    public async Task A_comparison_without_events_fails_with_the_reason()
    {
        await using var host = await StartAsync();
        var (_, _, response) = await host.Client.CallAsync(HttpMethod.Post, "/comparisons", _request);
        var done = await host.Client.FinishAsync(response.Headers.Location!.ToString());
        Assert.Equal(("failed", "noEvents"), ((string?)done["state"], (string?)done["error"]!["code"]));
    }

    [Theory]
    [InlineData("""{"encoders": ["word2vec"]}""", "encoders", "Expected communities or autoencoder")]
    [InlineData("""{"encoders": []}""", "encoders", "Expected at least one")]
    [InlineData("""{"encoders": [null]}""", "encoders", "found null")]
    [InlineData("""{"algorithms": ["kmeans", "kmeans"]}""", "algorithms", "Expected each name once")]
    [InlineData("""{"clusters": 0}""", "clusters", "Expected 1 to 10000")]
    [InlineData("""{"parameters": {"epochs": 0}}""", "parameters.epochs", "between 1")]
    public async Task An_invalid_request_is_rejected_with_the_field(string body, string field, string message)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/comparisons", content);
        Assert.Contains(message, (string)problem["errors"]![field]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sorting_by_an_unknown_metric_is_rejected()
    {
        await using var host = await StartAsync();
        var problem = await host.Client.AssertProblemAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"/comparisons/{Guid.NewGuid()}?sort=beauty");
        Assert.Contains("recallAt10", (string)problem["errors"]!["sort"]![0]!, StringComparison.Ordinal);
    }

    private async Task<ApiHost> StartAsync() => await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
}
