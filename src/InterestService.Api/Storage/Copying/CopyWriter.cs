using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace InterestService.Api.Storage.Copying;

/// <summary>
/// Writes rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/15/sql-copy.html) without a call into the driver for each
/// value. A transaction that is disposed before <see cref="CompleteAsync"/> discards the rows.
/// </summary>
internal sealed class CopyWriter
{
    private const int FlushAt = 1 << 16;
    private const int Null = -1;
    private const int SingleType = 700; // the type oid of float4
    private const byte JsonbVersion = 1;

    /// <summary>The signature, no flags, no extension.</summary>
    private static readonly byte[] _header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, .. new byte[2 * sizeof(int)]];

    private readonly NpgsqlRawCopyStream _stream;
    private byte[] _buffer = new byte[FlushAt + (1 << 14)];
    private int _used;

    private CopyWriter(NpgsqlRawCopyStream stream)
    {
        _stream = stream;
        _header.CopyTo(Reserve(_header.Length));
    }

    /// <summary>True when the buffer should be flushed with <see cref="FlushAsync"/>.</summary>
    public bool IsFull => _used >= FlushAt;

    public static async Task<CopyWriter> BeginAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync(sql, cancellationToken));

    public void BeginRow(short columns) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), columns);

    /// <summary>Writes a text from UTF-8; NULL when it is empty.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) WriteLength(Null);
        else text.CopyTo(WriteLength(text.Length));
    }

    public void WriteText(string text) => Encoding.UTF8.GetBytes(text, WriteLength(Encoding.UTF8.GetByteCount(text)));

    /// <summary>Writes a bytea.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(WriteLength(bytes.Length));

    public void WriteJsonb(ReadOnlySpan<byte> json)
    {
        var value = WriteLength(1 + json.Length);
        value[0] = JsonbVersion;
        json.CopyTo(value[1..]);
    }

    public void Write(bool value) => WriteLength(1)[0] = value ? (byte)1 : (byte)0;

    public void Write(int value) => BinaryPrimitives.WriteInt32BigEndian(WriteLength(sizeof(int)), value);

    /// <summary>Writes a bigint or, in microseconds since 2000, a timestamptz.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64BigEndian(WriteLength(sizeof(long)), value);

    public void Write(Guid value) => value.TryWriteBytes(WriteLength(16), bigEndian: true, out _);

    public void Write(float? value)
    {
        if (value is { } number) BinaryPrimitives.WriteSingleBigEndian(WriteLength(sizeof(float)), number);
        else WriteLength(Null);
    }

    public void Write(double? value)
    {
        if (value is { } number) BinaryPrimitives.WriteDoubleBigEndian(WriteLength(sizeof(double)), number);
        else WriteLength(Null);
    }

    /// <summary>Writes a one-dimensional real[].</summary>
    public void WriteArray(ReadOnlySpan<float> values)
    {
        const int Header = 5 * sizeof(int);
        var value = WriteLength(Header + (values.Length * 2 * sizeof(int)));
        // Dimensions, whether there are NULLs, type, length, lower bound; then each element behind its length.
        ReadOnlySpan<int> header = [1, 0, SingleType, values.Length, 1];
        for (int i = 0; i < header.Length; i++) BinaryPrimitives.WriteInt32BigEndian(value[(i * sizeof(int))..], header[i]);
        for (int i = 0; i < values.Length; i++)
        {
            var element = value[(Header + (i * 2 * sizeof(int)))..];
            BinaryPrimitives.WriteInt32BigEndian(element, sizeof(float));
            BinaryPrimitives.WriteSingleBigEndian(element[sizeof(int)..], values[i]);
        }
    }

    /// <summary>Writes the length of a value and returns its bytes for the caller to fill in; with -1 the value is NULL.</summary>
    public Span<byte> WriteLength(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), length);
        return Reserve(Math.Max(length, 0));
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.AsMemory(0, _used), cancellationToken);
        _used = 0;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        BeginRow(-1);
        await FlushAsync(cancellationToken);
        await _stream.DisposeAsync();
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_used + bytes > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + bytes));
        var reserved = _buffer.AsSpan(_used, bytes);
        _used += bytes;
        return reserved;
    }
}
