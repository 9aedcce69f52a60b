using System.Net;
using System.Net.Http.Headers;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Serialization;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.LanguageModels;

/// <summary>
/// A language model at an OpenAI-compatible address: <c>POST /embeddings</c> with texts, the answer has their vectors. What may pass by itself
/// (429, 5xx, no connection, no answer in time) is tried again, after the time of <c>Retry-After</c> where the answer has one. Redirects are not
/// followed: texts and the key go to the configured address alone.
/// </summary>
internal sealed class EmbeddingsApi : ITextModel
{
    private const int Tries = 5;
    private const long MaxAnswer = 256 << 20;

    private static readonly TimeSpan _firstWait = TimeSpan.FromSeconds(.5), _longestWait = TimeSpan.FromSeconds(60);

    private readonly TextModelSource _source;
    private readonly int _batchSize;
    private readonly Uri _address;
    private readonly HttpClient _client;

    private EmbeddingsApi(TextModelOptions options, TextModelSource source)
    {
        (_source, _batchSize) = (source, options.BatchSize);
        _address = new Uri(source.Location!.TrimEnd('/') + "/embeddings");
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All })
        {
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            MaxResponseContentBufferSize = MaxAnswer,
        };
        if (!string.IsNullOrEmpty(options.ApiKey)) _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey);
    }

    /// <summary>Opens the model of the configuration.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="source">What is asked for.</param>
    /// <exception cref="PipelineException">It is at another address, as that of a model stored under an earlier configuration may be.</exception>
    public static EmbeddingsApi Open(TextModelOptions options, TextModelSource source) => source.Location == options.Location
        ? new EmbeddingsApi(options, source)
        : throw new PipelineException(
            FailureCode.TextModelUnusable, $"The text model is at '{source.Location}', which is not the address of the configuration.");

    public ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation)
    {
        string[][] batches = [.. texts.Chunk(_batchSize)];
        Matrix? vectors = null;
        int row = 0;
        foreach (var (batch, inputs) in batches.Index())
        {
            foreach (float[] vector in Request(inputs, vectors?.Columns ?? _source.Dimensions, cancellation))
            {
                vectors ??= new Matrix(texts.Count, vector.Length);
                TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vectors.Row(row++));
            }

            report(batch + 1, batches.Length);
        }

        return new ModelTexts(texts, vectors!, new float[texts.Count]);
    }

    public void Dispose() => _client.Dispose();

    private float[][] Request(string[] texts, int? dimensions, CancellationToken cancellation)
    {
        string[] inputs = Array.ConvertAll(texts, text => _source.Prefix + text);
        for (int attempt = 1; ; attempt++)
        {
            cancellation.ThrowIfCancellationRequested();
            var wait = _firstWait * (1 << (attempt - 1));
            string reason;
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = JsonContent.Create(new Question(inputs, _source.Model)) };
                using var answer = _client.Send(request, cancellation);
                using var content = answer.Content.ReadAsStream(cancellation);
                if (answer.IsSuccessStatusCode) return Read(content, texts.Length, dimensions);
                reason = $"it answered {(int)answer.StatusCode}";
                if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError))
                    throw Failure($"{reason}: {Excerpt(content)}");
                if (answer.Headers.RetryAfter is { } after) wait = after.Delta ?? (after.Date - DateTimeOffset.UtcNow) ?? wait;
            }
            catch (HttpRequestException exception)
            {
                reason = exception.Message;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                reason = $"no answer within {_client.Timeout.TotalSeconds} s";
            }

            if (attempt == Tries) throw Failure($"{reason}, and so did {Tries - 1} tries before");
            if (wait > TimeSpan.Zero) cancellation.WaitHandle.WaitOne(wait < _longestWait ? wait : _longestWait);
        }
    }

    private float[][] Read(Stream content, int texts, int? dimensions)
    {
        Answer? answer;
        try
        {
            answer = JsonSerializer.Deserialize<Answer>(content, JsonSerializerOptions.Web);
        }
        catch (JsonException exception)
        {
            throw Failure($"its answer is not that of an embeddings API: {exception.Message}");
        }

        float[]?[] vectors = new float[texts][];
        foreach (var item in answer?.Data ?? [])
        {
            if (item.Index < 0 || item.Index >= texts || vectors[item.Index] is not null || item.Embedding is null)
                throw Failure($"its answer has no vector, or several, at the index {item.Index} of {texts} texts");
            vectors[item.Index] = item.Embedding;
        }

        if (Array.FindIndex(vectors, vector => vector is null) is >= 0 and var missing) throw Failure($"its answer has no vector for text {missing} of {texts}");
        int expected = dimensions ?? vectors[0]!.Length;
        foreach (float[]? vector in vectors)
        {
            if (vector!.Length != expected) throw Failure($"its answer has a vector of {vector.Length} numbers; expected {expected}");
            if (TensorPrimitives.Norm<float>(vector) is var norm && !(float.IsFinite(norm) && norm > 0)) throw Failure($"its answer has a vector of the length {norm}");
        }

        return vectors!;
    }

    private static string Excerpt(Stream content)
    {
        const int Length = 200;
        char[] start = new char[Length];
        using var reader = new StreamReader(content);
        return new string(start, 0, reader.ReadBlock(start)).ReplaceLineEndings(" ");
    }

    private PipelineException Failure(string reason) => new(FailureCode.TextModelUnusable, $"The text model at '{_address}' cannot be used: {reason}.");

    private sealed record Question(string[] Input, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model);

    private sealed record Answer(Embedded[]? Data);

    private sealed record Embedded(int Index, float[]? Embedding);
}
