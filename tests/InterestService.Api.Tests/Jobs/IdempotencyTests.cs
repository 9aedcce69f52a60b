using System.Net;
using System.Text;
using InterestService.Api.Tests.Support;
using Npgsql;

namespace InterestService.Api.Tests.Jobs;

public sealed class IdempotencyTests(PostgresFixture postgres)
{
    private const string OneKey = "a-key-of-one-caller", OtherKey = "a-key-of-another-caller";

    /// <summary>Jobs wait, because this process runs none.</summary>
    private static readonly string[] _waiting =
    [
        "--InterestService:Role=Api",
        "--InterestService:ApiKeys:0:Name=one", $"--InterestService:ApiKeys:0:Key={OneKey}", "--InterestService:ApiKeys:0:Scopes:0=admin",
        "--InterestService:ApiKeys:1:Name=other", $"--InterestService:ApiKeys:1:Key={OtherKey}", "--InterestService:ApiKeys:1:Scopes:0=admin",
    ];

    [Theory]
    [InlineData("/clusterings", """{"seed":3,"parameters":{"typeWeights":{"View":1,"cart":2}}}""", """ {"parameters":{"typeWeights":{"CART":2.0,"view":1}}, "algorithm":"kmeans","seed":3}""")]
    [InlineData("/comparisons", """{"encoders":["svd","lda"],"seed":3}""", """{"seed":3,"device":"auto","encoders":["svd","lda"],"parameters":{}}""")]
    public async Task A_key_starts_nothing_new_whatever_became_of_what_it_started(string path, string body, string sameBody)
    {
        string database = await postgres.CreateDatabaseAsync();
        await using var host = await ApiHost.StartAsync(database, _waiting);
        var (id, location) = await StartAsync(host, path, body);
        Assert.Equal(id, (await StartAsync(host, path, sameBody)).Id);
        await AssertRefusedAsync(host, path, "{}", HttpStatusCode.UnprocessableEntity);

        Assert.Equal(HttpStatusCode.Accepted, (await host.Client.CallAsync(HttpMethod.Delete, location)).Status);
        Assert.Equal((id, "canceled"), await StateAsync(host, path, sameBody));
        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.CallAsync(HttpMethod.Delete, location)).Status);
        await AssertRefusedAsync(host, path, body, HttpStatusCode.Gone);
        await AssertRefusedAsync(host, path, sameBody, HttpStatusCode.Gone);
        await AssertRefusedAsync(host, path, "{}", HttpStatusCode.UnprocessableEntity);
        Assert.Empty((await host.Client.GetJsonAsync(path))["items"]!.AsArray());

        await using var source = NpgsqlDataSource.Create(database);
        await using var age = source.CreateCommand("UPDATE idempotency_keys SET created_at = created_at - interval '24 hours'");
        Assert.Equal(1, await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual(id, (await StartAsync(host, path, "{}")).Id);
        Assert.Single((await host.Client.GetJsonAsync(path))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("/clusterings")]
    [InlineData("/comparisons")]
    public async Task Requests_at_the_same_moment_start_one_job(string path)
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _waiting);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(host, path, "{}")));
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Accepted or HttpStatusCode.Conflict, answer.Status.ToString()));
        Assert.Single(answers.Where(answer => answer.Status == HttpStatusCode.Accepted).Select(answer => (string)answer.Body!["id"]!).Distinct());
        Assert.Single((await host.Client.GetJsonAsync(path))["items"]!.AsArray());
    }

    [Fact]
    public async Task Callers_and_kinds_of_job_do_not_share_keys()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), _waiting);
        string[] ids =
        [
            (await StartAsync(host, "/clusterings", "{}", OneKey)).Id, (await StartAsync(host, "/clusterings", "{}", OtherKey)).Id,
            (await StartAsync(host, "/comparisons", "{}", OneKey)).Id,
        ];
        Assert.Equal(3, ids.Distinct().Count());
        Assert.Equal(ids[0], (await StartAsync(host, "/clusterings", "{}", OneKey)).Id);
    }

    private static async Task<(HttpStatusCode Status, System.Text.Json.Nodes.JsonNode? Body, HttpResponseMessage Response)> PostAsync(
        ApiHost host, string path, string body, string apiKey = OneKey)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await host.Client.CallAsync(HttpMethod.Post, path, content, ("Idempotency-Key", "k"), ("X-API-Key", apiKey));
    }

    private static async Task<(string Id, string Location)> StartAsync(ApiHost host, string path, string body, string apiKey = OneKey)
    {
        var (status, started, response) = await PostAsync(host, path, body, apiKey);
        Assert.True(status == HttpStatusCode.Accepted, started?.ToJsonString());
        return ((string)started!["id"]!, response.Headers.Location!.ToString());
    }

    private static async Task<(string?, string?)> StateAsync(ApiHost host, string path, string body)
    {
        var (_, known, _) = await PostAsync(host, path, body);
        return ((string?)known!["id"], (string?)known["state"]);
    }

    private static async Task AssertRefusedAsync(ApiHost host, string path, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await host.Client.AssertProblemAsync(status, HttpMethod.Post, path, content, ("Idempotency-Key", "k"), ("X-API-Key", OneKey));
    }
}
