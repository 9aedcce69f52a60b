using Microsoft.AspNetCore.RequestDecompression;

namespace InterestService.Api.Hosting.Bodies;

/// <summary>Decodes bodies by their <c>Content-Encoding</c>. A body that is damaged is an error of the caller, whatever the decoder throws.</summary>
internal static class RequestDecoding
{
    public static void AddRequestDecoding(this IServiceCollection services) => services.AddRequestDecompression(options =>
    {
        options.DecompressionProviders["gzip"] = new Provider(body => new GzipBody(body));
        options.DecompressionProviders["zstd"] = new Provider(body => new ZstdBody(body));
        foreach (var (encoding, provider) in options.DecompressionProviders.ToArray())
            options.DecompressionProviders[encoding] = new CheckedProvider(provider);
    });

    private sealed class Provider(Func<Stream, Stream> decoder) : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream) => decoder(stream);
    }

    private sealed class CheckedProvider(IDecompressionProvider decoder) : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream) => new DecodedBody(decoder.GetDecompressionStream(stream));
    }

    /// <summary>Turns errors of the decoder into those of a bad request.</summary>
    private sealed class DecodedBody(Stream body) : BodyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await body.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
            {
                // InvalidOperationException is what BrotliStream throws for data that is not Brotli.
                throw new BadHttpRequestException("The body is cut off, or not compressed as its Content-Encoding says: " + e.Message, e);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) body.Dispose();
            base.Dispose(disposing);
        }
    }
}
