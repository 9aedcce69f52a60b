using System.IO.Compression;
using System.Security.Cryptography;
using InterestService.Api.Hosting.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Hosting.Dashboard;

/// <summary>One file of the dashboard, read once and kept in memory, with its strong ETag and its gzip form.</summary>
/// <param name="source">The file. When it changes, it is read again.</param>
/// <param name="contentType">The Content-Type of the answer.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class DashboardFile(IFileInfo source, string contentType)
{
    private volatile Content? _content;

    public async Task WriteAsync(HttpContext http)
    {
        var content = await ReadAsync(http.RequestAborted);
        bool packed = http.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0);
        var headers = http.Response.Headers;
        headers.Vary = HeaderNames.AcceptEncoding;
        bool known = ConditionalGet.IsNotModified(http, packed ? content.PackedTag : content.Tag);
        headers.CacheControl = "public, no-cache"; // stored, and revalidated by the ETag: an upgrade shows at once
        if (known)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (packed) headers.ContentEncoding = "gzip";
        byte[] body = packed ? content.Packed : content.Plain;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private async Task<Content> ReadAsync(CancellationToken cancellation)
    {
        if (_content is { } current && current.Modified == LastModified()) return current;
        var modified = LastModified();
        using var plain = new MemoryStream();
        await using (var stream = source.CreateReadStream()) await stream.CopyToAsync(plain, cancellation);
        return _content = Content.Create(plain.ToArray(), modified);
    }

    private DateTime LastModified() => source.PhysicalPath is { } path ? File.GetLastWriteTimeUtc(path) : default;

    private sealed record Content(byte[] Plain, byte[] Packed, string Tag, string PackedTag, DateTime Modified)
    {
        public static Content Create(byte[] plain, DateTime modified)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(plain);
            string hash = Convert.ToHexStringLower(SHA256.HashData(plain))[..32];
            return new Content(plain, packed.ToArray(), $"\"{hash}\"", $"\"{hash}-gzip\"", modified);
        }
    }
}
