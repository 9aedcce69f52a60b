using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InterestService.Api.Tests.LanguageModels;

/// <summary>An HTTP server with the embeddings of OpenAI's API: a vector counts some words, and a constant.</summary>
internal sealed class EmbeddingsStub : IAsyncDisposable
{
    private static readonly string[] _words = ["garden", "lawn", "rose", "guitar", "piano", "drum"];

    private readonly WebApplication _app;

    private EmbeddingsStub(WebApplication app) => _app = app;

    /// <summary>What arrived: the bodies of the requests.</summary>
    public ConcurrentQueue<JsonNode> Requests { get; } = [];

    /// <summary>Their <c>Authorization</c>.</summary>
    public ConcurrentQueue<string> Keys { get; } = [];

    public string Address => _app.Urls.Single() + "/v1";

    /// <param name="answer">Answers a request itself, by its number from 1; false: the vectors are the answer.</param>
    public static async Task<EmbeddingsStub> StartAsync(Func<HttpContext, int, Task<bool>>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var stub = new EmbeddingsStub(app);
        app.MapPost("/v1/embeddings", async context =>
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!;
            stub.Requests.Enqueue(body);
            stub.Keys.Enqueue(context.Request.Headers.Authorization.ToString());
            if (answer is not null && await answer(context, stub.Requests.Count)) return;
            // In reverse: the indices tell the order.
            await context.Response.WriteAsJsonAsync(new
            {
                data = body["input"]!.AsArray().Select((text, index) => new { index, embedding = Embed((string)text!) }).Reverse(),
            });
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public static float[] Embed(string text) => [1, .. _words.Select(word => text.Contains(word, StringComparison.OrdinalIgnoreCase) ? 3f : 0)];

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
