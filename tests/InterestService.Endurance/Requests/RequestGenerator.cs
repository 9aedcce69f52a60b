using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using InterestService.Harness;

namespace InterestService.Endurance.Requests;

/// <summary>
/// Makes requests from <c>openapi.json</c> that differ from its examples in a few places: a parameter, a header, the body's JSON, its bytes, its
/// media type or its encoding. The same seed makes the same requests.
/// </summary>
/// <param name="random">Chooses.</param>
/// <param name="ids">Ids of clusterings and comparisons, for paths that need one.</param>
internal sealed class RequestGenerator(Random random, IReadOnlyList<string> ids)
{
    private static readonly ApiOperation[] _operations = [.. ApiOperation.All.Where(operation => operation.MediaTypes.Any() || operation.Method != "POST")];
    private static readonly string[] _mediaTypes = ["application/json", "text/csv", "application/x-ndjson", "application/vnd.apache.parquet", "text/plain", "application/json; charset=utf-16", "multipart/form-data", "*/*", "x"];
    private static readonly string[] _accepts = ["text/html", "text/csv", "application/x-ndjson", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "garbage", "*/*;q=0", "text/event-stream"];
    private static readonly string[] _encodings = ["gzip", "br", "zstd", "deflate", "gzip, gzip", "identity", "x"];
    private static readonly string[] _headers = ["Idempotency-Key", "If-None-Match", "Last-Event-ID", "Range", "If-Modified-Since", "X-HTTP-Method-Override", "Origin", "Accept-Language", "Cookie"];

    /// <summary>Makes a request.</summary>
    public HttpRequestMessage Next()
    {
        var operation = _operations[random.Next(_operations.Length)];
        var media = operation.MediaTypes.ToArray();
        var request = operation.CreateRequest(media.Length > 0 ? media[random.Next(media.Length)] : null);
        request.RequestUri = new Uri(PathOf(operation, request.RequestUri!.OriginalString), UriKind.Relative);
        for (int changes = random.Next(3); changes >= 0; changes--) Change(request);
        return request;
    }

    private string PathOf(ApiOperation operation, string example)
    {
        if (operation.NeedsId && ids.Count > 0)
            example = string.Join('/', example.Split('/').Select(part => part.Split('?') is [var id, ..] && Guid.TryParse(id, out _) ? part.Replace(id, ids[random.Next(ids.Count)], StringComparison.Ordinal) : part));
        return example;
    }

    private void Change(HttpRequestMessage request)
    {
        string path = request.RequestUri!.OriginalString;
        switch (random.Next(9))
        {
            case 0: // a part of the path
                string[] parts = path.Split('?')[0].Split('/');
                parts[random.Next(1, parts.Length)] = Escaped();
                if (parts[1].Length == 0) parts[1] = "%20"; // a path that begins with two slashes names another host
                request.RequestUri = new Uri(string.Join('/', parts), UriKind.Relative);
                break;
            case 1: // the query
                string[] names = ["limit", "cursor", "from", "to", "id", "sort", "state", "order", "interval", "unknown", Escaped()];
                request.RequestUri = new Uri($"{path}{(path.Contains('?') ? '&' : '?')}{names[random.Next(names.Length)]}={Escaped()}", UriKind.Relative);
                break;
            case 2: // the method
                request.Method = new HttpMethod(new[] { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW" }[random.Next(9)]);
                break;
            case 3: // a header
                request.Headers.TryAddWithoutValidation(_headers[random.Next(_headers.Length)], Printable(HostileValues.Texts[random.Next(HostileValues.Texts.Length)]));
                break;
            case 4: // what it accepts
                request.Headers.Accept.Clear();
                request.Headers.TryAddWithoutValidation("Accept", _accepts[random.Next(_accepts.Length)]);
                break;
            default:
                if (request.Method != HttpMethod.Get) request.Content = Body(request.Content);
                break;
        }
    }

    private ByteArrayContent Body(HttpContent? content)
    {
        byte[] bytes = content is null ? [] : content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
        string? type = content?.Headers.ContentType?.ToString() ?? "application/json", encoding = null;
        switch (random.Next(8))
        {
            case < 5 when type.StartsWith("application/json", StringComparison.Ordinal) && TryParse(bytes, out var document):
                bytes = Encoding.UTF8.GetBytes(HostileValues.Change(document, random)?.ToJsonString() ?? "null");
                break;
            case 5:
                type = _mediaTypes[random.Next(_mediaTypes.Length)];
                break;
            case 6:
                encoding = _encodings[random.Next(_encodings.Length)];
                break;
            default:
                bytes = HostileValues.Damage(bytes, random);
                break;
        }

        var body = new ByteArrayContent(bytes);
        if (MediaTypeHeaderValue.TryParse(type, out var parsed)) body.Headers.ContentType = parsed;
        else body.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null) body.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return body;
    }

    private static bool TryParse(byte[] bytes, out JsonNode? document)
    {
        document = null;
        if (!Utf8.IsValid(bytes)) return false; // an earlier change has damaged it
        try
        {
            document = JsonNode.Parse(bytes);
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private string Escaped() => Uri.EscapeDataString(HostileValues.Texts[random.Next(HostileValues.Texts.Length)]);

    /// <summary>Leaves out what a client cannot send in a header.</summary>
    private static string Printable(string text) => string.Concat(text.Where(c => c is >= ' ' and <= '~'));
}
