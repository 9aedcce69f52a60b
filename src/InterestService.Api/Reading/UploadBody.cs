namespace InterestService.Api.Reading;

/// <summary>
/// Wraps the decompressed body of a request and throws <see cref="BadUploadException"/> when the body is truncated or not compressed as its
/// <c>Content-Encoding</c> says.
/// </summary>
internal sealed class UploadBody(Stream body) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            throw new BadUploadException(e.StatusCode, "The body cannot be read.", e.Message, e);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            // InvalidOperationException is what BrotliStream throws for data that is not Brotli.
            throw BadUploadException.NotReadable("The body is cut off, or not compressed as its Content-Encoding says: " + e.Message, e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
