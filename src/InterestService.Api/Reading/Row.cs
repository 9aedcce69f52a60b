using System.Text.Json;
using System.Text.Unicode;

namespace InterestService.Api.Reading;

/// <summary>
/// One row of an upload in the shape that all formats share: the UTF-8 text of each field of the schema. One instance is reused for all
/// rows of an upload, so that a row allocates nothing.
/// </summary>
internal sealed class Row(UploadSchema schema)
{
    /// <summary>Maximum size of a row. Far above that of any valid row; bounds the memory that a hostile one can occupy.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly int[] _starts = new int[schema.Fields.Length];
    private readonly int[] _lengths = new int[schema.Fields.Length];
    private byte[] _text = new byte[4096];
    private int _used;

    public UploadSchema Schema => schema;

    /// <summary>Zero-based; -1 before the first row.</summary>
    public long Index { get; private set; } = -1;

    /// <summary>The first fault found; null when there is none so far.</summary>
    public RowError? Fault { get; private set; }

    /// <summary>UTF-8 text of a field; empty when absent.</summary>
    public ReadOnlySpan<byte> this[int field] => _text.AsSpan(_starts[field], _lengths[field]);

    public void MoveNext()
    {
        Index++;
        Fault = null;
        _used = 0;
        Array.Clear(_lengths);
    }

    public void Fail(string? field, string message) => Fault ??= new RowError(Index, field, message);

    /// <param name="found">What the field is instead, with its article.</param>
    public void FailType(int field, string found)
    {
        string expected = schema.Fields[field].Kind switch
        {
            FieldKind.Number => "a number",
            FieldKind.TextList => "a string or an array of strings",
            _ => "a string",
        };
        Fail(schema.Fields[field].Name, $"{schema.Fields[field].Name} must be {expected}; found {found}.");
    }

    /// <summary>Empties the field. Text can be appended to it until another field begins.</summary>
    public void Begin(int field)
    {
        _starts[field] = _used;
        _lengths[field] = 0;
    }

    public void Append(int field, ReadOnlySpan<byte> text)
    {
        if (!TryReserve(text.Length)) return;
        text.CopyTo(_text.AsSpan(_used));
        Commit(field, text.Length);
    }

    /// <param name="text">Without lone surrogates.</param>
    public void Append(int field, ReadOnlySpan<char> text)
    {
        if (!TryReserve(text.Length * 3)) return;
        Utf8.FromUtf16(text, _text.AsSpan(_used), out _, out var written);
        Commit(field, written);
    }

    /// <summary>Appends the reader's current string, unescaped.</summary>
    public void AppendString(int field, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            Append(field, reader.ValueSpan);
            return;
        }

        if (!TryReserve(reader.ValueSpan.Length)) return;
        try
        {
            Commit(field, reader.CopyString(_text.AsSpan(_used)));
        }
        catch (InvalidOperationException)
        {
            // The readers have validated the UTF-8, so that only an escaped lone surrogate can fail.
            var name = schema.Fields[field].Name;
            Fail(name, $"{name} must be Unicode text; found half of a surrogate pair in {Utf8Text.Quote(reader.ValueSpan)}.");
        }
    }

    private void Commit(int field, int bytes)
    {
        _lengths[field] += bytes;
        _used += bytes;
    }

    private bool TryReserve(int bytes)
    {
        if (_used > MaxBytes || bytes > 3 * MaxBytes) // UTF-16 text may take three times as many
        {
            Fail(null, $"A row must be at most {MaxBytes} bytes; found a longer one.");
            return false;
        }

        if (_text.Length < _used + bytes) Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + bytes));
        return true;
    }
}

/// <summary>Why one row was rejected.</summary>
/// <param name="Index">Zero-based position of the row in the body; headers and blank lines do not count.</param>
/// <param name="Field">The field at fault; null: the row as a whole.</param>
/// <param name="Message">What was expected and what was found.</param>
public sealed record RowError(long Index, string? Field, string Message);
