using InterestService.Api.Hosting.Bodies;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// The decompressed body of a request, without the byte order marks at the starts of its lines: files that each begin with one are often
/// joined into one body, and a mark that became part of an id would make another user of the same name; binary data stays as it is. It throws
/// <see cref="BadUploadException"/> when the body cannot be read to its end.
/// </summary>
internal sealed class UploadBody : BodyStream
{
    /// <summary>First bytes of compressed data, none of which begins text.</summary>
    private static readonly (string Name, byte[] Signature)[] _compressed =
    [
        ("gzip", [0x1F, 0x8B]), ("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]), ("ZIP", [0x50, 0x4B, 0x03, 0x04]),
    ];

    private readonly Stream _body;
    private readonly bool _isText;
    private readonly byte[] _bytes = new byte[1 << 16];
    private int _start; // of the bytes that can be read
    private int _end; // of them; behind are those that may begin a mark
    private int _filled;
    private bool _lineStart = true; // whether a line begins at _end
    private bool _ended;

    private UploadBody(Stream body, bool isText)
    {
        _body = body;
        _isText = isText;
    }

    private Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Reads the beginning of a body: all of a small one, 64 KiB of a larger one.</summary>
    /// <exception cref="BadUploadException">The body is empty, or still compressed.</exception>
    public static async Task<UploadBody> OpenAsync(Stream body, bool isText, CancellationToken cancellationToken)
    {
        var opened = new UploadBody(body, isText);
        while (opened._filled < opened._bytes.Length && !opened._ended) await opened.FillAsync(cancellationToken);
        if (opened.Unread.IsEmpty) throw BadUploadException.NotReadable("The body is empty.");
        foreach (var (name, signature) in _compressed)
        {
            if (!opened.Unread.StartsWith(signature)) continue;
            throw BadUploadException.NotReadable(
                $"The body is still {name} data when its Content-Encoding has been decoded. Compress it once, with gzip, br or zstd, and name that in Content-Encoding.");
        }

        return opened;
    }

    /// <summary>Returns the first line without consuming it, up to the size of the buffer.</summary>
    public async Task<byte[]> PeekLineAsync(CancellationToken cancellationToken)
    {
        while (Unread.IndexOfAny("\r\n"u8) < 0 && !_ended && _filled < _bytes.Length) await FillAsync(cancellationToken);
        int length = Unread.IndexOfAny("\r\n"u8);
        return (length < 0 ? Unread : Unread[..length]).ToArray();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end && !_ended) await FillAsync(cancellationToken);
        int length = Math.Min(buffer.Length, _end - _start);
        Unread[..length].CopyTo(buffer.Span);
        _start += length;
        return length;
    }

    /// <summary>Reads more bytes behind those that are unread.</summary>
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _bytes.AsSpan(_start, _filled - _start).CopyTo(_bytes);
        (_start, _end, _filled) = (0, _end - _start, _filled - _start);
        int read = await ReadBodyAsync(_bytes.AsMemory(_filled), cancellationToken);
        _ended = read == 0;
        _filled += read;
        if (_isText) RemoveMarks();
        else _end = _filled;
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _body.ReadAsync(buffer, cancellationToken);
        }
        catch (BadHttpRequestException e)
        {
            throw new BadUploadException(e.StatusCode, BodyFaults.Title, e.Message, e);
        }
    }

    /// <summary>Makes the bytes behind <see cref="_end"/> readable, but for marks that begin lines and the beginning of one.</summary>
    private void RemoveMarks()
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        int source = _end;
        for (int found; (found = _bytes.AsSpan(source, _filled - source).IndexOf(mark)) >= 0;)
        {
            Keep(found);
            if (_lineStart) source += mark.Length;
            else Keep(mark.Length);
        }

        var rest = _bytes.AsSpan(source, _filled - source);
        int begun = _ended ? 0 : rest.EndsWith(mark[..2]) ? 2 : rest.EndsWith(mark[..1]) ? 1 : 0;
        Keep(rest.Length - begun);
        if (!_lineStart) Keep(begun);
        _bytes.AsSpan(source, _filled - source).CopyTo(_bytes.AsSpan(_end));
        _filled -= source - _end;

        void Keep(int length)
        {
            if (length == 0) return;
            if (source != _end) _bytes.AsSpan(source, length).CopyTo(_bytes.AsSpan(_end));
            source += length;
            _end += length;
            _lineStart = _bytes[_end - 1] is (byte)'\n' or (byte)'\r';
        }
    }
}
