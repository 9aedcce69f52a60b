using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace InterestService.Demo;

/// <summary>A request body that is streamed, so that memory does not grow with its size.</summary>
internal sealed class UploadContent : HttpContent
{
    private const int ChunkBytes = 64 * 1024;

    private static readonly JsonSerializerOptions _rowJson = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Func<Stream, CancellationToken, Task> _write;
    private readonly long? _length;

    private UploadContent(UploadFormat format, long? length, Func<Stream, CancellationToken, Task> write)
    {
        _write = write;
        _length = length;
        Headers.ContentType = new MediaTypeHeaderValue(format.ContentType);
        if (format.ContentEncoding is not null) Headers.ContentEncoding.Add(format.ContentEncoding);
    }

    /// <summary>Streams a file byte for byte.</summary>
    /// <param name="file">The file.</param>
    /// <param name="sent">Receives the fraction sent, 0 to 1.</param>
    public static UploadContent FromFile(FileInfo file, Action<double> sent) =>
        new(UploadFormat.FromFileName(file.Name), file.Length, async (body, cancellationToken) =>
        {
            await using var source = file.OpenRead();
            var buffer = new byte[ChunkBytes];
            long total = 0;
            for (int read; (read = await source.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                sent((total += read) / (double)file.Length);
            }
        });

    /// <summary>Streams rows as NDJSON, one JSON object per line.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="expected">Approximate number of rows.</param>
    /// <param name="sent">Receives the fraction sent, 0 to 1.</param>
    public static UploadContent FromRows<T>(IEnumerable<T> rows, int expected, Action<double> sent) =>
        new(UploadFormat.Ndjson, null, async (body, cancellationToken) =>
        {
            var chunk = new ArrayBufferWriter<byte>(ChunkBytes);
            using var json = new Utf8JsonWriter(chunk);
            int count = 0;
            foreach (var row in rows)
            {
                JsonSerializer.Serialize(json, row, _rowJson);
                chunk.Write("\n"u8);
                json.Reset();
                count++;
                if (chunk.WrittenCount >= ChunkBytes) await FlushAsync(Math.Min(1, count / (double)expected));
            }

            await FlushAsync(1);

            async Task FlushAsync(double fraction)
            {
                await body.WriteAsync(chunk.WrittenMemory, cancellationToken);
                chunk.ResetWrittenCount();
                sent(fraction);
            }
        });

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        _write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        _write(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _length.GetValueOrDefault();
        return _length.HasValue;
    }
}

/// <summary>Content type and encoding of an uploaded file.</summary>
internal sealed record UploadFormat(string ContentType, string? ContentEncoding)
{
    public static readonly UploadFormat Ndjson = new("application/x-ndjson", null);

    /// <summary>Returns the format by the extensions of a name, ignoring case: <c>events.csv</c>, <c>events.ndjson.gz</c>.</summary>
    /// <exception cref="DemoException">The service does not read files with this extension.</exception>
    public static UploadFormat FromFileName(string fileName)
    {
        string? encoding = Path.GetExtension(fileName).ToLowerInvariant() switch { ".gz" => "gzip", ".br" => "br", ".zst" => "zstd", _ => null };
        string inner = encoding is null ? fileName : Path.GetFileNameWithoutExtension(fileName);
        return Path.GetExtension(inner).ToLowerInvariant() switch
        {
            ".csv" => new UploadFormat("text/csv", encoding),
            ".ndjson" or ".jsonl" => Ndjson with { ContentEncoding = encoding },
            ".json" => new UploadFormat("application/json", encoding),
            ".parquet" or ".pq" => new UploadFormat("application/vnd.apache.parquet", encoding),
            _ => throw new DemoException(
                $"{fileName}: not a known kind of file. Known are .csv, .ndjson, .jsonl, .json, .parquet and .pq, also with .gz, .br or .zst."),
        };
    }
}
