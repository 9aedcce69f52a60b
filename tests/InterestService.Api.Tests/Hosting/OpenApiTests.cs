using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

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
        var document = await host.Client.GetJsonAsync("/swagger/v1/swagger.json");
        foreach (var (path, operations) in document["paths"]!.AsObject())
            foreach (var (method, operation) in operations!.AsObject())
            {
                string name = $"{method} {path}";
                Assert.False(string.IsNullOrWhiteSpace((string?)operation!["summary"]), $"{name} has no summary");
                Assert.False(string.IsNullOrWhiteSpace((string?)operation["description"]), $"{name} has no description");
                foreach (string status in new[] { "401", "403", "500", "503" }) Assert.NotNull(operation["responses"]![status]);
                foreach (var (_, media) in operation["requestBody"]?["content"]?.AsObject() ?? []) Assert.True(HasExample(media!), $"{name}: request");
                foreach (var (status, answer) in operation["responses"]!.AsObject())
                {
                    Assert.False(string.IsNullOrWhiteSpace((string?)answer!["description"]), $"{name}: {status}");
                    foreach (var (_, media) in answer["content"]?.AsObject() ?? []) Assert.True(HasExample(media!), $"{name}: {status}");
                }

                foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
                    Assert.False(string.IsNullOrWhiteSpace((string?)parameter!["description"]), $"{name}: {parameter["name"]}");
            }
    }

    /// <summary>Returns whether a body has an example, which binary bodies have not.</summary>
    private static bool HasExample(JsonNode media) => media["example"] is not null || (string?)media["schema"]?["format"] == "binary";
}
