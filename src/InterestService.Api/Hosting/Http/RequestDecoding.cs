using Microsoft.AspNetCore.RequestDecompression;

namespace InterestService.Api.Hosting.Http;

/// <summary>Decodes bodies by their <c>Content-Encoding</c>. A body that is damaged is an error of the caller, whatever the decoder throws.</summary>
internal static class RequestDecoding
{
    public static void AddRequestDecoding(this IServiceCollection services) => services.AddRequestDecompression(options =>
    {
        options.DecompressionProviders["gzip"] = new GzipProvider();
        foreach (var (encoding, provider) in options.DecompressionProviders.ToArray())
            options.DecompressionProviders[encoding] = new CheckedProvider(provider);
    });

    private sealed class GzipProvider : IDecompressionProvider
    {
        public Stream GetDecompressionStream(Stream stream) => new GzipBody(stream);
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

/// <summary>A stream that is read asynchronously from its beginning to its end.</summary>
internal abstract class BodyStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public sealed override void Flush() => throw new NotSupportedException();

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
