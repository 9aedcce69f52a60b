using System.Buffers;

namespace InterestService.Api.Exports;

/// <summary>
/// Collects what a writer writes until it is sent: writers of formats write synchronously, which a response must not. A stream that can only be
/// written.
/// </summary>
internal sealed class ExportBuffer : Stream
{
    private readonly ArrayBufferWriter<byte> _unsent = new(1 << 16);
    private long _sent;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _sent + _unsent.WrittenCount;

    public override long Position { get => Length; set => throw new NotSupportedException(); }

    /// <summary>The bytes that have not been sent.</summary>
    public IBufferWriter<byte> Unsent => _unsent;

    /// <summary>Sends what has been written.</summary>
    public async Task SendAsync(Stream body, CancellationToken cancellation)
    {
        await body.WriteAsync(_unsent.WrittenMemory, cancellation);
        _sent += _unsent.WrittenCount;
        _unsent.ResetWrittenCount();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => _unsent.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
