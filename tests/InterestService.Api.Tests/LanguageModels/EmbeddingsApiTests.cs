using InterestService.Api.LanguageModels;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.LanguageModels;

public sealed class EmbeddingsApiTests
{
    private static readonly string[] _texts = ["rose garden", "piano", "drum and guitar", "nothing", "lawn"];

    [Fact]
    public async Task Texts_are_sent_in_batches_with_the_key_and_the_indices_tell_the_vectors()
    {
        await using var stub = await EmbeddingsStub.StartAsync();
        var reports = new List<(int, int)>();
        var texts = Encode(Options(stub) with { BatchSize = 2, ApiKey = "secret", Model = "small", Prefix = "query: " }, reports);
        for (int text = 0; text < _texts.Length; text++)
        {
            float[] expected = EmbeddingsStub.Embed(_texts[text]);
            double norm = Math.Sqrt(expected.Sum(value => value * value));
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i] / norm, texts.Vectors.Row(text)[i], 1e-5);
        }

        Assert.Equal([(1, 3), (2, 3), (3, 3)], reports);
        Assert.Equal([2, 2, 1], stub.Requests.Select(body => body["input"]!.AsArray().Count));
        Assert.Equal("query: rose garden", (string?)stub.Requests.First()["input"]![0]);
        Assert.All(stub.Requests, body => Assert.Equal("small", (string?)body["model"]));
        Assert.All(stub.Keys, key => Assert.Equal("Bearer secret", key));
        Assert.All(texts.Unknown, share => Assert.Equal(0, share));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task What_passes_by_itself_is_tried_again_after_the_time_that_the_answer_tells(int status)
    {
        await using var stub = await EmbeddingsStub.StartAsync((context, number) =>
        {
            if (number > 3) return Task.FromResult(false);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        });
        Assert.Equal(_texts.Length, Encode(Options(stub)).Vectors.Rows);
        Assert.Equal(4, stub.Requests.Count);
        Assert.All(stub.Keys, Assert.Empty);
        Assert.Null(stub.Requests.First()["model"]);
    }

    [Fact]
    public async Task An_address_that_goes_on_failing_is_told_after_five_tries()
    {
        await using var stub = await EmbeddingsStub.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 500;
            context.Response.Headers.RetryAfter = "0";
            return Task.FromResult(true);
        });
        AssertFails(Options(stub), "it answered 500");
        Assert.Equal(5, stub.Requests.Count);
    }

    [Fact]
    public async Task No_answer_in_time_is_tried_again()
    {
        await using var stub = await EmbeddingsStub.StartAsync(async (context, number) =>
        {
            if (number == 1) await Task.Delay(TimeSpan.FromSeconds(5), context.RequestAborted);
            return false;
        });
        Assert.Equal(_texts.Length, Encode(Options(stub) with { TimeoutSeconds = 2 }).Vectors.Rows);
        Assert.InRange(stub.Requests.Count, 2, 5);
    }

    [Theory]
    [InlineData(401, "{}", "it answered 401")]
    [InlineData(302, "{}", "it answered 302")] // to another address
    [InlineData(200, "<html>", "not that of an embeddings API")]
    [InlineData(200, """{"data":[]}""", "no vector for text 0 of 5")]
    [InlineData(200, """{"data":[{"index":9,"embedding":[1]}]}""", "at the index 9")]
    [InlineData(200, """{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""", "at the index 0")]
    [InlineData(200, """{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]},{"index":2,"embedding":[1]},{"index":3,"embedding":[1]},{"index":4,"embedding":[1,2]}]}""", "of 2 numbers; expected 1")]
    [InlineData(200, """{"data":[{"index":0,"embedding":[0]},{"index":1,"embedding":[1]},{"index":2,"embedding":[1]},{"index":3,"embedding":[1]},{"index":4,"embedding":[1]}]}""", "of the length 0")]
    public async Task An_answer_that_cannot_be_used_is_told_at_once(int status, string content, string reason)
    {
        await using var stub = await EmbeddingsStub.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = status;
            if (status == 302) context.Response.Headers.Location = "http://127.0.0.1:9/elsewhere";
            await context.Response.WriteAsync(content);
            return true;
        });
        AssertFails(Options(stub), reason);
        Assert.Single(stub.Requests);
    }

    [Fact]
    public async Task The_vectors_have_the_configured_dimensions()
    {
        await using var stub = await EmbeddingsStub.StartAsync();
        AssertFails(Options(stub) with { Dimensions = 8 }, "of 7 numbers; expected 8");
        Assert.Equal(7, Encode(Options(stub) with { Dimensions = 7 }).Vectors.Columns);
    }

    [Fact]
    public async Task A_wait_ends_with_the_run()
    {
        using var stop = new CancellationTokenSource();
        await using var stub = await EmbeddingsStub.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "30";
            stop.CancelAfter(TimeSpan.FromSeconds(.1));
            return Task.FromResult(true);
        });
        Assert.ThrowsAny<OperationCanceledException>(() => Encode(Options(stub), cancellation: stop.Token));
        Assert.Single(stub.Requests);
    }

    [Fact]
    public void Another_address_than_that_of_the_configuration_is_refused()
    {
        var options = new TextModelOptions { Location = "http://127.0.0.1:9/v1" };
        var exception = Assert.Throws<PipelineException>(() => EmbeddingsApi.Open(options, new TextModelSource { Location = "http://127.0.0.1:9/other" }));
        Assert.Equal(FailureCode.TextModelUnusable, exception.Code);
    }

    [Theory]
    [InlineData("http://user:password@host/v1", false)]
    [InlineData("https://host/v1?key=1", false)]
    [InlineData("https://host:99999999/v1", false)]
    [InlineData("https://host/v1", true)]
    [InlineData("/models/e5", true)]
    [InlineData(null, true)]
    public void The_address_of_the_configuration_is_checked(string? location, bool valid) =>
        Assert.Equal(valid, !new TextModelOptions { Location = location }.Validate().Any());

    private static TextModelOptions Options(EmbeddingsStub stub) => new() { Location = stub.Address };

    private static ModelTexts Encode(TextModelOptions options, List<(int, int)>? reports = null, CancellationToken? cancellation = null)
    {
        using var model = EmbeddingsApi.Open(options, options.ToSource());
        return model.Encode(_texts, (batch, batches) => reports?.Add((batch, batches)), cancellation ?? TestContext.Current.CancellationToken);
    }

    private static void AssertFails(TextModelOptions options, string reason)
    {
        var exception = Assert.Throws<PipelineException>(() => Encode(options));
        Assert.Equal(FailureCode.TextModelUnusable, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }
}
