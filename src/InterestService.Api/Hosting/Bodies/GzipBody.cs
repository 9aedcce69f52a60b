using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace InterestService.Api.Hosting.Bodies;

/// <summary>
/// Decompresses gzip (RFC 1952) of any number of members, with zeros between and after them, and says what is wrong with a body: the
/// framework's stream has one message for a wrong checksum, damaged data and data that is not gzip.
/// </summary>
internal sealed class GzipBody(Stream body) : BodyStream
{
    private const int TrailerBytes = 8;

    [Flags]
    private enum HeaderFlags
    {
        Checksum = 2,
        Extra = 4,
        Name = 8,
        Comment = 16,
        Reserved = 0xE0,
    }

    private readonly byte[] _bytes = new byte[1 << 16];
    private readonly Crc32 _checksum = new();
    private int _given; // begin of the bytes that the decoder took last
    private int _start; // of those that nothing has taken
    private int _end;
    private bool _ended;
    private DeflateStream? _member;
    private bool _decoderSawEnd;
    private uint _length;
    private bool _first = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (_member is not null || await TryBeginMemberAsync(cancellationToken))
        {
            int read = await _member!.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                await EndMemberAsync(cancellationToken);
                continue;
            }

            _checksum.Append(buffer.Span[..read]);
            _length += (uint)read;
            return read;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _member?.Dispose();
        base.Dispose(disposing);
    }

    private static BadHttpRequestException Fault(string message) => new(message);

    private static BadHttpRequestException CutOff() => Fault("The body is cut off: its gzip data does not come to its end.");

    /// <summary>Reads the header of the next member; false at the end of the body.</summary>
    private async ValueTask<bool> TryBeginMemberAsync(CancellationToken cancellationToken)
    {
        int begin = 0;
        while (begin == 0)
        {
            _given = _start;
            if (_start == _end && !await FillAsync(cancellationToken)) return false;
            begin = _bytes[_start++];
            if (_first) break;
        }

        if (begin != 0x1F || await NextAsync(cancellationToken) != 0x8B)
        {
            throw Fault(_first
                ? "The body is not gzip, which its Content-Encoding names."
                : "The gzip data is followed by bytes that are not gzip.");
        }

        _first = false;
        if (await NextAsync(cancellationToken) != 8) throw Fault("The gzip data has a compression method other than deflate.");
        var flags = (HeaderFlags)await NextAsync(cancellationToken);
        if ((flags & HeaderFlags.Reserved) != 0) throw Fault("The gzip header has flags that RFC 1952 reserves.");
        await SkipAsync(6, cancellationToken); // time, level and system
        if (flags.HasFlag(HeaderFlags.Extra))
            await SkipAsync(await NextAsync(cancellationToken) | (await NextAsync(cancellationToken) << 8), cancellationToken);
        if (flags.HasFlag(HeaderFlags.Name)) await SkipTextAsync(cancellationToken);
        if (flags.HasFlag(HeaderFlags.Comment)) await SkipTextAsync(cancellationToken);
        if (flags.HasFlag(HeaderFlags.Checksum)) await SkipAsync(2, cancellationToken);
        _checksum.Reset();
        _length = 0;
        _decoderSawEnd = false;
        _given = _start;
        _member = new DeflateStream(new Source(this), CompressionMode.Decompress);
        return true;
    }

    /// <summary>
    /// Finds the trailer, which is known from the data: the decoder does not tell where in the bytes that it took last the data ends.
    /// </summary>
    private async ValueTask EndMemberAsync(CancellationToken cancellationToken)
    {
        await _member!.DisposeAsync();
        _member = null;
        if (_decoderSawEnd) throw CutOff();
        while (_end - _start < TrailerBytes && await FillAsync(cancellationToken))
        {
        }

        byte[] trailer = new byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _checksum.GetCurrentHashAsUInt32());
        BinaryPrimitives.WriteUInt32LittleEndian(trailer.AsSpan(4), _length);
        int last = Math.Min(_end, _start + TrailerBytes);
        int at = _bytes.AsSpan(_given, last - _given).IndexOf(trailer);
        if (at < 0) throw FindFault(_bytes.AsSpan(_given, last - _given), trailer);
        _start = _given + at + TrailerBytes;
        _given = _start;
    }

    private BadHttpRequestException FindFault(ReadOnlySpan<byte> found, ReadOnlySpan<byte> trailer)
    {
        for (int length = TrailerBytes - 1; _ended && length > 0; length--)
            if (_start + TrailerBytes > _end && found.EndsWith(trailer[..length])) return CutOff();
        return found.IndexOf(trailer[..4]) >= 0
            ? Fault("The gzip length is wrong: the data is damaged or incomplete.")
            : Fault("The gzip checksum is wrong: the data is damaged, or its end is missing.");
    }

    /// <summary>Reads more bytes behind those that nothing has taken, and keeps those that the decoder took last; false at the end.</summary>
    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _bytes.AsSpan(_given, _end - _given).CopyTo(_bytes);
        (_given, _start, _end) = (0, _start - _given, _end - _given);
        int read = await body.ReadAsync(_bytes.AsMemory(_end), cancellationToken);
        _ended = read == 0;
        _end += read;
        return read > 0;
    }

    private async ValueTask<int> NextAsync(CancellationToken cancellationToken)
    {
        _given = _start;
        if (_start == _end && !await FillAsync(cancellationToken)) throw CutOff();
        return _bytes[_start++];
    }

    private async ValueTask SkipAsync(int bytes, CancellationToken cancellationToken)
    {
        for (; bytes > 0; bytes--) await NextAsync(cancellationToken);
    }

    private async ValueTask SkipTextAsync(CancellationToken cancellationToken)
    {
        while (await NextAsync(cancellationToken) != 0)
        {
        }
    }

    /// <summary>Gives the decoder the compressed bytes and notes what it took.</summary>
    private sealed class Source(GzipBody gzip) : BodyStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            gzip._given = gzip._start;
            if (gzip._start == gzip._end && !await gzip.FillAsync(cancellationToken)) gzip._decoderSawEnd = true;
            int length = Math.Min(buffer.Length, gzip._end - gzip._start);
            gzip._bytes.AsSpan(gzip._start, length).CopyTo(buffer.Span);
            gzip._given = gzip._start;
            gzip._start += length;
            return length;
        }
    }
}
