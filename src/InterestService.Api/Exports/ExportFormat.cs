using Apache.Arrow;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace InterestService.Api.Exports;

/// <summary>A format of exports.</summary>
/// <param name="MediaType">The <c>Content-Type</c> of its bodies.</param>
/// <param name="Extension">Of a file that is saved, without the dot.</param>
/// <param name="CreateWriter">Creates a writer to a stream, given the columns.</param>
internal sealed record ExportFormat(string MediaType, string Extension, Func<ExportBuffer, Schema, IExportWriter> CreateWriter)
{
    public static readonly ExportFormat Ndjson = new("application/x-ndjson", "ndjson", (stream, schema) => new NdjsonExportWriter(stream, schema));
    public static readonly ExportFormat Csv = new("text/csv", "csv", (stream, schema) => new CsvExportWriter(stream, schema));
    public static readonly ExportFormat Parquet = new("application/vnd.apache.parquet", "parquet", (stream, schema) => new ParquetExportWriter(stream, schema));
    public static readonly ExportFormat Arrow = new("application/vnd.apache.arrow.stream", "arrows", (stream, schema) => new ArrowExportWriter(stream, schema));

    /// <summary>All formats, the default first.</summary>
    public static readonly IReadOnlyList<ExportFormat> All = [Ndjson, Csv, Parquet, Arrow];

    /// <summary>
    /// Returns the format that a request prefers by its <c>Accept</c> (RFC 9110, 12.5.1), in the order of <see cref="All"/> among equals: the default
    /// without one; null when it takes none of the formats.
    /// </summary>
    public static ExportFormat? Choose(HttpRequest request)
    {
        if (StringValues.IsNullOrEmpty(request.Headers.Accept)) return All[0];
        var ranges = request.GetTypedHeaders().Accept;
        return All.OrderByDescending(Quality).FirstOrDefault(format => Quality(format) > 0);

        // The most specific range that matches tells the quality.
        double Quality(ExportFormat format) => ranges.Where(range => range.MatchesMediaType(format.MediaType))
            .OrderBy(range => range.MatchesAllTypes).ThenBy(range => range.MatchesAllSubTypes).Select(range => range.Quality ?? 1).FirstOrDefault();
    }

    /// <summary>Answers a request that takes none of the formats.</summary>
    public static ProblemHttpResult NotAcceptable() => TypedResults.Problem(
        statusCode: StatusCodes.Status406NotAcceptable, title: "The format is not supported.",
        detail: $"Send one of these as Accept: {string.Join(", ", All.Select(format => format.MediaType))}.");
}

/// <summary>Writes record batches in a format. Thread-safety: none.</summary>
internal interface IExportWriter : IDisposable
{
    /// <summary>Writes the rows of a batch.</summary>
    void Write(RecordBatch batch);

    /// <summary>Writes what follows the last batch.</summary>
    void Complete();
}
