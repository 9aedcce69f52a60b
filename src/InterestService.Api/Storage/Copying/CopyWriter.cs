using System.Buffers.Binary;
using Npgsql;

namespace InterestService.Api.Storage.Copying;

/// <summary>
/// Writes rows as PostgreSQL's binary COPY format (https://www.postgresql.org/docs/15/sql-copy.html) straight from UTF-8, without a call
/// into the driver for each value. What is not completed is undone when the transaction around it is disposed.
/// </summary>
internal sealed class CopyWriter
{
    private const int FlushAt = 1 << 16;

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

    /// <summary>It is time to <see cref="FlushAsync"/>.</summary>
    public bool IsFull => _used >= FlushAt;

    public static async Task<CopyWriter> BeginAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync(sql, cancellationToken));

    public void BeginRow(short columns) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), columns);

    /// <summary>A text; empty: NULL.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) WriteLength(-1);
        else text.CopyTo(WriteLength(text.Length));
    }

    /// <summary>A bigint or, in microseconds since 2000, a timestamptz.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64BigEndian(WriteLength(sizeof(long)), value);

    public void Write(double? value)
    {
        if (value is { } number) BinaryPrimitives.WriteDoubleBigEndian(WriteLength(sizeof(double)), number);
        else WriteLength(-1);
    }

    /// <summary>A value of so many bytes, for the caller to fill in; -1: NULL.</summary>
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
