using System.Text.Json.Nodes;
using InterestService.Api.Clusterings;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Profiling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Clusterings;

/// <summary>Runs against an HTTP server with the API of OpenAI.</summary>
public sealed class ClusterNamerTests
{
    private static readonly ClusterDescription[] _clusters = [Cluster(1, "Hiking · Boots", "trail boots"), Cluster(2, "Cooking · Pans", "copper pan")];

    [Fact]
    public async Task Labels_are_those_of_the_model()
    {
        await using var model = await StartAsync(prompt => prompt.Contains("trail boots", StringComparison.Ordinal) ? "\"Weekend Hikers\"\n" : "Home Cooks");
        Assert.Equal(["Weekend Hikers", "Home Cooks"], await LabelsAsync(model));
    }

    [Fact]
    public async Task Labels_of_the_model_are_unique()
    {
        await using var model = await StartAsync(_ => "People");
        var labels = await LabelsAsync(model);
        Assert.Contains("People", labels);
        Assert.Equal(2, labels.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!! ???")]
    [InlineData("I am sorry, but as a language model I would need to know much more about these users before I could name them.")]
    public async Task An_invalid_answer_keeps_the_computed_label(string answer)
    {
        await using var model = await StartAsync(_ => answer);
        Assert.Equal(_clusters.Select(cluster => cluster.Label), await LabelsAsync(model));
    }

    [Fact]
    public async Task A_failing_slow_or_unreachable_model_keeps_the_computed_labels()
    {
        await using var failing = await StartAsync(_ => throw new InvalidOperationException("out of order"));
        Assert.Equal(_clusters.Select(cluster => cluster.Label), await LabelsAsync(failing));
        using var over = new ManualResetEventSlim();
        await using var slow = await StartAsync(_ =>
        {
            over.Wait();
            return "Too late";
        });
        Assert.Equal(_clusters.Select(cluster => cluster.Label), await LabelsAsync(slow, timeoutSeconds: 1));
        over.Set();
        Assert.Equal(_clusters.Select(cluster => cluster.Label), (await NameAsync("http://127.0.0.1:9/v1")).Select(cluster => cluster.Label));
    }

    [Fact]
    public async Task Without_an_endpoint_no_model_is_called() => Assert.Same(_clusters, await NameAsync(null));

    private static async Task<string[]> LabelsAsync(WebApplication model, int timeoutSeconds = 60) =>
        [.. (await NameAsync(model.Urls.Single() + "/v1", timeoutSeconds)).Select(cluster => cluster.Label)];

    private static Task<ClusterDescription[]> NameAsync(string? endpoint, int timeoutSeconds = 60) => new ClusterNamer(
        Options.Create(new ClusterNamerOptions { Endpoint = endpoint, TimeoutSeconds = timeoutSeconds }), NullLogger<ClusterNamer>.Instance)
        .NameAsync(_clusters, TestContext.Current.CancellationToken);

    private static async Task<WebApplication> StartAsync(Func<string, string> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/chat/completions", (JsonNode request) => Results.Json(new
        {
            id = "1",
            @object = "chat.completion",
            created = 1,
            model = "any",
            choices = new[] { new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = answer(request["messages"]!.ToJsonString()) } } },
        }));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static ClusterDescription Cluster(int number, string label, string item) => new(
        new ClusterNumber(number), label, 10, .5, .8, [1], new ClusterProfile([new("c", 2, .5)], [new("i", item, 2, .5, 3)], [new("t", 2, .5)], []));
}
