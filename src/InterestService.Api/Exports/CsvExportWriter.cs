using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Apache.Arrow;

namespace InterestService.Api.Exports;

/// <summary>
/// Writes CSV (RFC 4180, UTF-8, a header, lines that end with LF). A missing value is an empty cell, empty text a quoted one; quotation marks are
/// also around <c>NULL</c> and <c>\N</c>, so that uploads read the text. Text is never changed, so that what begins like a formula stays an id. A list
/// is a cell with a JSON array.
/// </summary>
internal sealed class CsvExportWriter : IExportWriter
{
    private const int CellBytes = 64;

    private static readonly SearchValues<byte> _quoted = SearchValues.Create(",\"\r\n"u8);

    private readonly IBufferWriter<byte> _body;
    private readonly ArrayBufferWriter<byte> _nested = new();
    private readonly Utf8JsonWriter _json;

    public CsvExportWriter(ExportBuffer buffer, Schema schema)
    {
        _body = buffer.Unsent;
        _json = new Utf8JsonWriter(_nested, JsonCells.Options);
        _body.Write(Encoding.UTF8.GetBytes(string.Join(',', schema.FieldsList.Select(column => column.Name)) + "\n"));
    }

    public void Write(RecordBatch batch)
    {
        IArrowArray[] columns = [.. batch.Arrays];
        for (int row = 0; row < batch.Length; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (i > 0) _body.Write(","u8);
                if (!columns[i].IsNull(row)) WriteCell(columns[i], row);
            }

            _body.Write("\n"u8);
        }
    }

    public void Complete()
    {
    }

    public void Dispose() => _json.Dispose();

    private void WriteCell(IArrowArray column, int row)
    {
        switch (column)
        {
            case StringArray texts: WriteText(texts.GetBytes(row)); break;
            case BooleanArray flags: _body.Write(flags.GetValue(row)!.Value ? "true"u8 : "false"u8); break;
            case Int32Array numbers: WriteFormatted(numbers.Values[row], default); break;
            case FloatArray numbers: WriteFormatted(numbers.Values[row], default); break;
            case DoubleArray numbers: WriteFormatted(numbers.Values[row], default); break;
            case TimestampArray times: WriteFormatted(ExportColumns.TimeOf(times, row), "yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'"); break;
            default: WriteNested(column, row); break;
        }
    }

    private void WriteNested(IArrowArray column, int row)
    {
        _nested.ResetWrittenCount();
        _json.Reset();
        JsonCells.Write(_json, column, row);
        _json.Flush();
        WriteText(_nested.WrittenSpan);
    }

    private void WriteText(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && text.IndexOfAny(_quoted) < 0 && !text.SequenceEqual("NULL"u8) && !text.SequenceEqual("\\N"u8))
        {
            _body.Write(text);
            return;
        }

        _body.Write("\""u8);
        for (int quote; (quote = text.IndexOf((byte)'"')) >= 0; text = text[(quote + 1)..])
        {
            _body.Write(text[..quote]);
            _body.Write("\"\""u8);
        }

        _body.Write(text);
        _body.Write("\""u8);
    }

    private void WriteFormatted<T>(T value, ReadOnlySpan<char> format)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(_body.GetSpan(CellBytes), out int length, format, CultureInfo.InvariantCulture);
        _body.Advance(length);
    }
}
