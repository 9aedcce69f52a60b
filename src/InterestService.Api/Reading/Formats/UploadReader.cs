using InterestService.Api.Hosting;
using InterestService.Api.Hosting.Bodies;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Reading.Formats;

/// <summary>Reads the rows of an upload one by one, in any format. Memory does not grow with the body.</summary>
internal abstract class UploadReader(UploadSchema schema) : IDisposable
{
    /// <summary>The row read last.</summary>
    public Row Row { get; } = new(schema);

    /// <summary>Reads the next row into <see cref="Row"/>; false when there is none.</summary>
    /// <exception cref="BadUploadException">The rest of the body cannot be read.</exception>
    public abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what the reader keeps outside memory. The body stays open.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Receives the beginning of the body of a request, in the format of its <c>Content-Type</c>.</summary>
    /// <returns>Opens the reader of the body's rows.</returns>
    /// <exception cref="BadUploadException">
    /// The format is not one of <see cref="UploadFormats"/>, or the body cannot be read.
    /// </exception>
    public static Task<Func<UploadSchema, Task<UploadReader>>> ReceiveAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported($"Content-Type is missing or malformed; send {UploadFormats.MediaTypes}.");
        }

        if (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase))
        {
            throw Unsupported($"The charset {type.Charset} is not supported; send UTF-8.");
        }

        return ReceiveAsync(type.MediaType.ToString(), request.Body, cancellationToken);
    }

    /// <summary>Opens a reader for a body in the format of a media type.</summary>
    /// <inheritdoc cref="ReceiveAsync(HttpRequest, CancellationToken)" path="/exception"/>
    public static async Task<UploadReader> OpenAsync(
        string mediaType, Stream stream, UploadSchema schema, CancellationToken cancellationToken) =>
        await (await ReceiveAsync(mediaType, stream, cancellationToken))(schema);

    private static async Task<Func<UploadSchema, Task<UploadReader>>> ReceiveAsync(string mediaType, Stream stream, CancellationToken cancellationToken)
    {
        var format = UploadFormats.Find(mediaType) ?? throw Unsupported(BodyTypes.DescribeUnsupported(mediaType, UploadFormats.MediaTypes));
        var body = await UploadBody.OpenAsync(stream, format.IsText, cancellationToken);
        return schema => format.OpenAsync(body, schema, cancellationToken);
    }

    private static BadUploadException Unsupported(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, BodyTypes.UnsupportedTitle, detail);
}

/// <summary>The upload as a whole is rejected, and nothing of it is stored. A bad row alone is a <see cref="RowError"/>.</summary>
/// <param name="status">HTTP status of the problem: 400, 413, 415 or 507.</param>
internal sealed class BadUploadException(int status, string title, string detail, Exception? inner = null) : Exception(detail, inner)
{
    public int Status => status;

    public string Title => title;

    public static BadUploadException NotReadable(string detail, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, BodyFaults.Title, detail, inner);
}
