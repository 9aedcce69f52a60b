namespace InterestService.Api.Demo;

/// <summary>How a file goes over the wire: as it is, compressed or not.</summary>
internal sealed record UploadFormat(string ContentType, string? ContentEncoding)
{
    public static readonly UploadFormat Ndjson = new("application/x-ndjson", null);

    /// <summary>By the extensions of the name, in any case: <c>events.csv</c>, <c>events.ndjson.gz</c>.</summary>
    /// <exception cref="DemoException">The extension is none that the service reads.</exception>
    public static UploadFormat Of(string fileName)
    {
        string? encoding = Path.GetExtension(fileName).ToLowerInvariant() switch { ".gz" => "gzip", ".br" => "br", _ => null };
        string inner = encoding is null ? fileName : Path.GetFileNameWithoutExtension(fileName);
        return Path.GetExtension(inner).ToLowerInvariant() switch
        {
            ".csv" => new UploadFormat("text/csv", encoding),
            ".ndjson" or ".jsonl" => Ndjson with { ContentEncoding = encoding },
            ".json" => new UploadFormat("application/json", encoding),
            _ => throw new DemoException(
                $"{fileName}: not a known kind of file. Known are .csv, .ndjson, .jsonl and .json, also with .gz or .br."),
        };
    }
}
