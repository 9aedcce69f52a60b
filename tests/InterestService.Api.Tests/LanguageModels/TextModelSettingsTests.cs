using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace InterestService.Api.Tests.LanguageModels;

/// <summary>The language model of the configuration, from upload to assignment.</summary>
public sealed class TextModelSettingsTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_model_at_an_address_reads_titles_and_descriptions_and_places_who_comes_later()
    {
        await using var stub = await EmbeddingsStub.StartAsync();
        await using var host = await StartAsync($"--InterestService:TextModel:Location={stub.Address}", "--InterestService:TextModel:ApiKey=a-secret-key");
        var done = await ClusterAsync(host);
        Assert.True("succeeded" == (string?)done["state"], done.ToJsonString());
        await host.Client.PublishedAsync((string?)done["id"], "gardener-0");
        int gardeners = await ClusterOfAsync(host, "gardener-0"), musicians = await ClusterOfAsync(host, "musician-0");
        Assert.NotEqual(gardeners, musicians);
        Assert.Equal(gardeners, await ClusterOfAsync(host, "gardener-7"));
        Assert.Contains(stub.Requests, body => body["input"]!.AsArray().Any(text => ((string)text!).StartsWith("No 3. For the rose", StringComparison.Ordinal)));

        var (status, answer, _) = await host.Client.CallAsync(
            HttpMethod.Post, "/assignments", new { events = new[] { new { eventType = "search", query = "guitar", timestamp = "2025-05-01T10:00:00Z" } } });
        Assert.True(status == HttpStatusCode.OK, answer?.ToJsonString());
        Assert.Equal(musicians, (int)answer!["clusterId"]!);

        await using var query = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT content FROM models LIMIT 1");
        byte[] model = (byte[])(await query.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(-1, model.AsSpan().IndexOf(Encoding.UTF8.GetBytes("a-secret-key")));
    }

    [Fact]
    public async Task A_process_asks_for_a_text_once()
    {
        await using var stub = await EmbeddingsStub.StartAsync();
        await using var host = await StartAsync(ApiHost.Alone, $"--InterestService:TextModel:Location={stub.Address}");
        Assert.Equal("succeeded", (string?)(await ClusterAsync(host))["state"]);
        int asked = stub.Requests.Count;
        Assert.NotEqual(0, asked);
        Assert.Equal("succeeded", (string?)(await ClusterAsync(host))["state"]);
        Assert.Equal(asked, stub.Requests.Count);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_fails_the_clustering_with_the_reason_and_leaves_other_encoders_alone()
    {
        await using var host = await StartAsync("--InterestService:TextModel:Location=/nowhere/at-all");
        var done = await ClusterAsync(host);
        Assert.Equal("failed", (string?)done["state"]);
        Assert.Equal("textModelUnusable", (string?)done["error"]!["code"]);
        Assert.Contains("'/nowhere/at-all'", (string?)done["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("succeeded", (string?)(await ClusterAsync(host, "svd"))["state"]);
    }

    [Fact]
    public async Task A_request_cannot_choose_the_model()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        await host.Client.AssertProblemAsync(
            HttpStatusCode.BadRequest, HttpMethod.Post, "/clusterings", new { encoder = "text", parameters = new { textModel = "http://127.0.0.1:9/v1" } });
    }

    private static Task<System.Text.Json.Nodes.JsonNode> ClusterAsync(ApiHost host, string encoder = "text") =>
        host.Client.ClusterAsync(new { encoder, clusters = 2, seed = 1, parameters = new { dimensions = 4 } });

    private async Task<ApiHost> StartAsync(params string[] settings)
    {
        var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), settings);
        string[] gardening = ["For the rose and the garden.", "To cut the lawn.", "A lawn in the garden."], music = ["Strings of a guitar.", "A stool for the piano.", "Sticks for the drum."];
        await host.Client.CallAsync(HttpMethod.Put, "/items", gardening.Concat(music).Select((description, n) => new { itemId = $"i{n}", title = $"No {n + 3}", description }).ToArray());
        await host.Client.UploadAsync([.. from user in Enumerable.Range(0, 20) from item in Enumerable.Range(0, 2) select (object)new
        {
            userId = $"{(user < 10 ? "gardener" : "musician")}-{user % 10}", itemId = $"i{((user + item) % 3) + (user < 10 ? 0 : 3)}",
            eventType = "view", timestamp = $"2025-04-01T10:{user:D2}:0{item}Z",
        }]);
        return host;
    }

    private static async Task<int> ClusterOfAsync(ApiHost host, string user) => (int)(await host.Client.GetJsonAsync($"/users/{user}/cluster"))["clusterId"]!;
}
