using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace InterestService.Api.Reading.Formats;

/// <summary>The formats of uploads. Everything that depends on a format follows from this list.</summary>
internal static class UploadFormats
{
    public static readonly IReadOnlyList<UploadFormat> All =
    [
        JsonUploadReader.Format,
        NdjsonUploadReader.Format,
        CsvUploadReader.Format,
        ParquetUploadReader.Format,
    ];

    /// <summary>The media types of all formats, separated by commas.</summary>
    public static string MediaTypes { get; } = string.Join(", ", All.Select(format => format.MediaType));

    /// <summary>Returns the format of a media type, in any case; null when there is none.</summary>
    public static UploadFormat? Find(string mediaType) =>
        All.FirstOrDefault(format => format.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the format of the body of a request; null when there is none.</summary>
    public static UploadFormat? Of(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? Find(type.MediaType.ToString()) : null;
}

/// <summary>A format of uploads.</summary>
/// <param name="MediaType">The <c>Content-Type</c> of its bodies.</param>
/// <param name="OpenAsync">
/// Reads to the first row of a body. Throws <see cref="BadUploadException"/> when the beginning is not readable.
/// </param>
/// <param name="Describe">Describes a body in OpenAPI, given the schema of the rows and the OpenAPI schema of one row.</param>
/// <param name="IsText">Whether a body consists of lines, at the start of which byte order marks are ignored.</param>
internal sealed record UploadFormat(
    string MediaType,
    Func<UploadBody, UploadSchema, CancellationToken, Task<UploadReader>> OpenAsync,
    Func<UploadSchema, IOpenApiSchema, IOpenApiSchema> Describe,
    bool IsText = true);
