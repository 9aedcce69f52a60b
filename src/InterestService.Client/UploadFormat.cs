namespace InterestService.Client;

/// <summary>Format and compression of an upload.</summary>
/// <param name="MediaType">The <c>Content-Type</c>.</param>
/// <param name="Encoding">The <c>Content-Encoding</c>: <c>gzip</c>, <c>br</c> or <c>zstd</c>; null: not compressed.</param>
public sealed record UploadFormat(string MediaType, string? Encoding = null)
{
    /// <summary>A JSON array.</summary>
    public static UploadFormat Json { get; } = new("application/json");

    /// <summary>One JSON object a line.</summary>
    public static UploadFormat Ndjson { get; } = new("application/x-ndjson");

    /// <summary>Comma-separated values with a header, in snake case.</summary>
    public static UploadFormat Csv { get; } = new("text/csv");

    /// <summary>The same format, compressed.</summary>
    /// <param name="encoding"><c>gzip</c>, <c>br</c> or <c>zstd</c>.</param>
    public UploadFormat Compressed(string encoding) => this with { Encoding = encoding };
}
