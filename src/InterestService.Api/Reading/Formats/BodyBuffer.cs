namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Buffers the unread part of a body in one span: a tokenizer is about twice as fast on one span as on the 4 KiB segments of a pipe. The
/// buffer grows only as far as the longest unit (a JSON value, a line) requires.
/// </summary>
internal sealed class BodyBuffer
{
    /// <summary>Maximum length of a unit, in bytes.</summary>
    public const int MaxUnit = 1 << 20;

    private readonly UploadBody _body;
    private byte[] _bytes = new byte[1 << 16];
    private int _start;
    private int _end;

    public BodyBuffer(UploadBody body) => _body = body;

    /// <summary>Whether the body has no more bytes than those in <see cref="Unread"/>.</summary>
    public bool Ended { get; private set; }

    /// <summary>Offset of <see cref="Unread"/> in the body, in bytes.</summary>
    public long Position { get; private set; }

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public void Consume(int bytes)
    {
        _start += bytes;
        Position += bytes;
    }

    /// <summary>Reads more bytes behind those that are unread.</summary>
    /// <exception cref="BadUploadException">One unit is longer than <see cref="MaxUnit"/>.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Unread.CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }

        if (_end > MaxUnit)
        {
            throw BadUploadException.NotReadable($"A line or a value is longer than {MaxUnit} bytes; it begins at byte {Position}.");
        }

        if (_end == _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
        var reading = _body.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        bool waits = !reading.IsCompleted;
        int read = await reading;
        if (waits) await Task.Yield(); // off the thread that receives the body, so that it receives more while rows are parsed
        Ended = read == 0;
        _end += read;
    }
}

/// <summary>A reader that parses buffered bytes synchronously and awaits only more bytes.</summary>
internal abstract class BufferedUploadReader(BodyBuffer body, UploadSchema schema) : UploadReader(schema)
{
    protected BodyBuffer Body => body;

    /// <summary>Reads the next row from the buffer; returns false if the row is incomplete.</summary>
    protected abstract bool TryRead();

    public sealed override ValueTask<bool> ReadAsync(CancellationToken cancellationToken) =>
        TryRead() ? ValueTask.FromResult(true) : FillAndReadAsync(cancellationToken);

    private async ValueTask<bool> FillAndReadAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (body.Ended) return false;
            await body.FillAsync(cancellationToken);
        }
        while (!TryRead());

        return true;
    }
}
