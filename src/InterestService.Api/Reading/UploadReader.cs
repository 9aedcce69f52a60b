using InterestService.Api.Ingestion;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Reading;

/// <summary>Reads the rows of an upload one by one, whatever its format. Memory does not grow with the body.</summary>
internal abstract class UploadReader(UploadSchema schema)
{
    private const string Json = "application/json";
    private const string Ndjson = "application/x-ndjson";
    private const string Csv = "text/csv";

    /// <summary>Every media type that an upload may have.</summary>
    public static readonly IReadOnlyList<string> MediaTypes = [Json, Ndjson, Csv];

    /// <summary>The row read last.</summary>
    public Row Row { get; } = new(schema);

    /// <summary>Reads the next row into <see cref="Row"/>; false: there is none.</summary>
    /// <exception cref="BadUploadException">The body cannot be read on.</exception>
    public abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <exception cref="BadUploadException">
    /// The format is not one of <see cref="MediaTypes"/>, or the body's beginning is unreadable.
    /// </exception>
    public static Task<UploadReader> OpenAsync(HttpRequest request, UploadSchema schema, CancellationToken cancellationToken)
    {
        // The decompressing middleware takes away the encodings that it has undone.
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported($"Content-Encoding {encoding} is not supported; send gzip, br or none.");
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported($"Content-Type is missing or malformed; send {string.Join(", ", MediaTypes)}.");
        }

        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported($"The charset {type.Charset} is not supported; send UTF-8.");
        }

        return OpenAsync(type.MediaType.ToString(), request.Body, schema, cancellationToken);
    }

    /// <inheritdoc cref="OpenAsync(HttpRequest, UploadSchema, CancellationToken)"/>
    public static async Task<UploadReader> OpenAsync(
        string mediaType, Stream stream, UploadSchema schema, CancellationToken cancellationToken)
    {
        var body = new UploadBody(stream);
        switch (mediaType.ToLowerInvariant())
        {
            case Json:
                var json = new BodyBuffer(body);
                await json.StartAsync(cancellationToken);
                return new JsonUploadReader(json, schema);
            case Ndjson:
                var lines = new BodyBuffer(body);
                await lines.StartAsync(cancellationToken);
                return new NdjsonUploadReader(lines, schema);
            case Csv:
                return await CsvUploadReader.OpenAsync(body, schema, cancellationToken);
            default:
                throw Unsupported($"Content-Type {mediaType} is not supported; send {string.Join(", ", MediaTypes)}.");
        }
    }

    private static BadUploadException Unsupported(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "The format is not supported.", detail);
}

/// <summary>The upload as a whole cannot be taken, and nothing of it is stored. A bad row alone is a <see cref="RowError"/>.</summary>
/// <param name="status">HTTP status of the problem: 400 or 415.</param>
internal sealed class BadUploadException(int status, string title, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status => status;

    public string Title => title;

    public static BadUploadException NotReadable(string detail, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, "The body cannot be read.", detail, inner);
}
