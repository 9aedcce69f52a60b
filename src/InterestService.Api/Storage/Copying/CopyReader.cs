using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using InterestService.Api.Requests;
using Npgsql;

namespace InterestService.Api.Storage.Copying;

/// <summary>
/// Reads the rows of a query in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/15/sql-copy.html), several times as fast as
/// with a call into the driver for each value. Each read takes the next column.
/// </summary>
internal sealed class CopyReader : IAsyncDisposable
{
    private const int HeaderBytes = 19;
    private const int End = -1;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly HashSet<string> _shared = [];
    private byte[] _buffer = new byte[1 << 16];
    private int _column; // start of the next one
    private int _rowEnd;
    private int _filled;

    private CopyReader(NpgsqlRawCopyStream stream) => _stream = stream;

    /// <summary>True when the next column is NULL.</summary>
    public bool IsNull => Length(_column) < 0;

    /// <summary>Starts a query.</summary>
    /// <param name="connection">Connection, which is busy until the reader is disposed.</param>
    /// <param name="query">A SELECT statement without parameters.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public static async Task<CopyReader> BeginAsync(NpgsqlConnection connection, string query, CancellationToken cancellation)
    {
        var reader = new CopyReader(await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT binary)", cancellation));
        while (reader._filled < HeaderBytes) await reader.FillAsync(cancellation);
        reader._rowEnd = HeaderBytes;
        return reader;
    }

    /// <summary>Advances to the next row; returns false after the last one.</summary>
    public async ValueTask<bool> ReadRowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (TryFrame(out int columns))
            {
                if (columns != End) return true;
                while (await _stream.ReadAsync(_buffer, cancellation) > 0)
                {
                }

                return false;
            }

            await FillAsync(cancellation);
        }
    }

    public void Skip() => Next();

    /// <summary>Reads a text as UTF-8, or a bytea; valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes() => Next();

    public string Text() => Encoding.UTF8.GetString(Next());

    public string? TextOrNull()
    {
        if (!IsNull) return Text();
        Skip();
        return null;
    }

    /// <summary>Reads a text of which there are few distinct values; equal values give the same string.</summary>
    public string SharedText()
    {
        var bytes = Next();
        Span<char> buffer = stackalloc char[256];
        if (bytes.Length > buffer.Length) return Encoding.UTF8.GetString(bytes);
        var text = buffer[..Encoding.UTF8.GetChars(bytes, buffer)];
        if (_shared.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out string? known)) return known;
        string added = text.ToString();
        _shared.Add(added);
        return added;
    }

    public string? SharedTextOrNull()
    {
        if (!IsNull) return SharedText();
        Skip();
        return null;
    }

    public bool Boolean() => Next()[0] != 0;

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Next());

    public float Single() => BinaryPrimitives.ReadSingleBigEndian(Next());

    public float? SingleOrNull()
    {
        if (!IsNull) return Single();
        Skip();
        return null;
    }

    public double? DoubleOrNull()
    {
        if (!IsNull) return BinaryPrimitives.ReadDoubleBigEndian(Next());
        Skip();
        return null;
    }

    /// <summary>Reads a timestamptz in milliseconds since 1970.</summary>
    public long Milliseconds() => Timestamps.ToUnixMilliseconds(BinaryPrimitives.ReadInt64BigEndian(Next()));

    /// <summary>Reads a timestamptz in UTC.</summary>
    public DateTime Time() => Timestamps.ToDateTime(BinaryPrimitives.ReadInt64BigEndian(Next()));

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<byte> Next()
    {
        int length = Math.Max(0, Length(_column)), start = _column + sizeof(int);
        _column = start + length;
        return _buffer.AsSpan(start, length);
    }

    private int Length(int at) => BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(at));

    /// <summary>Finds the end of the next row; returns false if the row is incomplete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryFrame(out int columns)
    {
        columns = 0;
        int at = _rowEnd + sizeof(short);
        if (at > _filled) return false;
        columns = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_rowEnd));
        for (int column = 0; column < columns; column++)
        {
            if (at + sizeof(int) > _filled) return false;
            at += sizeof(int) + Math.Max(0, Length(at));
            if (at > _filled) return false;
        }

        _column = _rowEnd + sizeof(short);
        _rowEnd = at;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        // Discards the rows that have been read, to make room.
        _buffer.AsSpan(_rowEnd.._filled).CopyTo(_buffer);
        (_filled, _rowEnd) = (_filled - _rowEnd, 0);
        if (_filled == _buffer.Length) Array.Resize(ref _buffer, 2 * _buffer.Length);
        int read = await _stream.ReadAsync(_buffer.AsMemory(_filled), cancellation);
        if (read == 0) throw new EndOfStreamException("PostgreSQL ended a COPY in the middle of a row.");
        _filled += read;
    }
}
