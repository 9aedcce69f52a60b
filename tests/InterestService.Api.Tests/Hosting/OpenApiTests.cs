using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

namespace InterestService.Api.Tests.Hosting;

public sealed class OpenApiTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_committed_document_equals_the_served_document()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var served = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        var committed = JsonNode.Parse(await File.ReadAllTextAsync(Repository.File("openapi.json"), TestContext.Current.CancellationToken));
        Assert.True(
            JsonNode.DeepEquals(served, committed),
            "openapi.json is not what the program serves. Run: dotnet run --project src/InterestService.Api -- openapi");
    }

    [Fact]
    public async Task Every_operation_is_described_with_examples_and_every_status()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        foreach (var (name, operation) in await ReadOperationsAsync(host))
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), $"{name} has no summary");
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["description"]), $"{name} has no description");
            foreach (string status in new[] { "401", "403", "500", "503" }) Assert.NotNull(operation["responses"]![status]);
            foreach (var (type, media) in operation["requestBody"]?["content"]?.AsObject() ?? []) AssertExample(media!, $"{name}: {type}");
            foreach (var (status, answer) in operation["responses"]!.AsObject())
            {
                Assert.False(string.IsNullOrWhiteSpace((string?)answer!["description"]), $"{name}: {status}");
                foreach (var (type, media) in answer["content"]?.AsObject() ?? []) AssertExample(media!, $"{name}: {status} {type}");
            }

            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                Assert.False(string.IsNullOrWhiteSpace((string?)parameter!["description"]), $"{name}: {parameter["name"]}");
                Assert.True((bool?)parameter["required"] is not true || parameter["example"] is not null, $"{name}: {parameter["name"]} has no example");
            }
        }
    }

    [Fact]
    public async Task Every_example_of_an_invalid_request_names_the_field()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        int found = 0;
        foreach (var (name, operation) in await ReadOperationsAsync(host))
        {
            if (operation["responses"]!["400"]?["content"]!["application/problem+json"] is not { } problem) continue;
            Assert.Equal(400, (int?)problem["example"]!["status"]);
            bool isValidation = ((string)problem["schema"]!["$ref"]!).EndsWith("/HttpValidationProblemDetails", StringComparison.Ordinal);
            var told = isValidation ? problem["example"]!["errors"]?.AsObject().Single().Value![0] : problem["example"]!["detail"];
            Assert.False(string.IsNullOrWhiteSpace((string?)told), name);
            found++;
        }

        Assert.True(found > 20);
    }

    [Fact]
    public async Task Operations_have_names_and_are_in_the_order_of_the_work()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var document = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        Assert.StartsWith("3.1.", (string?)document["openapi"], StringComparison.Ordinal);
        string[] groups = [.. document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!)];
        Assert.Equal(
            ["Ingestion", "Clusterings", "Comparisons", "Clusters", "Users", "Recommendations", "Feedback", "Privacy", "Operations"], groups);
        Assert.All(document["tags"]!.AsArray(), tag => Assert.False(string.IsNullOrWhiteSpace((string?)tag!["description"])));
        var operations = await ReadOperationsAsync(host);
        Assert.Equal(groups, operations.Select(operation => (string)operation.Operation["tags"]!.AsArray().Single()!).Distinct());
        string[] names = [.. operations.Select(operation => (string)operation.Operation["operationId"]!)];
        Assert.All(names, name => Assert.Matches("^[a-z][A-Za-z]+$", name));
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task Swagger_UI_asks_for_the_key()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var document = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        var (scheme, key) = document["components"]!["securitySchemes"]!.AsObject().Single();
        Assert.Equal(("apiKey", "header", "X-API-Key"), ((string)key!["type"]!, (string)key["in"]!, (string)key["name"]!));
        Assert.NotNull(document["security"]![0]![scheme]);
        Assert.Contains("swagger-ui", await host.Client.GetStringAsync("/swagger/index.html", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<List<(string Name, JsonNode Operation)>> ReadOperationsAsync(ApiHost host)
    {
        var document = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        return
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select ($"{operation.Key} {path.Key}", operation.Value!),
        ];
    }

    /// <summary>Bodies of bytes have no example.</summary>
    private static void AssertExample(JsonNode media, string where) =>
        Assert.True(media["example"] is not null || (string?)media["schema"]?["format"] == "binary", $"{where} has no example");
}
