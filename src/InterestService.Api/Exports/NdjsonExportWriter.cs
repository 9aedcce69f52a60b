using System.Buffers;
using System.Text.Json;
using Apache.Arrow;

namespace InterestService.Api.Exports;

/// <summary>Writes each row as a JSON object on its own line; a missing value is null.</summary>
internal sealed class NdjsonExportWriter(ExportBuffer buffer, Schema schema) : IExportWriter
{
    private readonly Utf8JsonWriter _json = new(buffer.Unsent, new JsonWriterOptions { SkipValidation = true });
    private readonly JsonEncodedText[] _names = [.. schema.FieldsList.Select(column => JsonEncodedText.Encode(ExportColumns.JsonName(column)))];

    public void Write(RecordBatch batch)
    {
        IArrowArray[] columns = [.. batch.Arrays];
        for (int row = 0; row < batch.Length; row++)
        {
            _json.WriteStartObject();
            for (int i = 0; i < columns.Length; i++)
            {
                _json.WritePropertyName(_names[i]);
                WriteCell(columns[i], row);
            }

            _json.WriteEndObject();
            _json.Flush();
            _json.Reset();
            buffer.Unsent.Write("\n"u8);
        }
    }

    public void Complete()
    {
    }

    public void Dispose() => _json.Dispose();

    private void WriteCell(IArrowArray column, int row)
    {
        if (column.IsNull(row))
        {
            _json.WriteNullValue();
            return;
        }

        switch (column)
        {
            case StringArray texts: _json.WriteStringValue(texts.GetBytes(row)); break;
            case BooleanArray flags: _json.WriteBooleanValue(flags.GetValue(row)!.Value); break;
            case Int32Array numbers: _json.WriteNumberValue(numbers.Values[row]); break;
            case FloatArray numbers: _json.WriteNumberValue(numbers.Values[row]); break;
            case DoubleArray numbers: _json.WriteNumberValue(numbers.Values[row]); break;
            case TimestampArray times: _json.WriteStringValue(ExportColumns.TimeOf(times, row)); break;
            default: throw new NotSupportedException(column.Data.DataType.Name);
        }
    }
}
