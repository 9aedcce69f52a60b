using System.Text.Encodings.Web;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace InterestService.Api.Exports;

/// <summary>Writes cells as JSON: a missing value is null, a list an array, a record an object.</summary>
internal static class JsonCells
{
    /// <summary>Text is written as it is where JSON permits that, as by the rest of the API.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(Utf8JsonWriter json, IArrowArray column, int row)
    {
        if (column.IsNull(row))
        {
            json.WriteNullValue();
            return;
        }

        switch (column)
        {
            case StringArray texts: json.WriteStringValue(texts.GetBytes(row)); break;
            case BooleanArray flags: json.WriteBooleanValue(flags.GetValue(row)!.Value); break;
            case Int32Array numbers: json.WriteNumberValue(numbers.Values[row]); break;
            case FloatArray numbers: json.WriteNumberValue(numbers.Values[row]); break;
            case DoubleArray numbers: json.WriteNumberValue(numbers.Values[row]); break;
            case TimestampArray times: json.WriteStringValue(ExportColumns.TimeOf(times, row)); break;
            case ListArray lists: WriteList(json, lists, row); break;
            case StructArray records: WriteRecord(json, records, row); break;
            default: throw new NotSupportedException(column.Data.DataType.Name);
        }
    }

    private static void WriteList(Utf8JsonWriter json, ListArray lists, int row)
    {
        json.WriteStartArray();
        for (int i = lists.ValueOffsets[row]; i < lists.ValueOffsets[row + 1]; i++) Write(json, lists.Values, i);
        json.WriteEndArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, StructArray records, int row)
    {
        var fields = ((StructType)records.Data.DataType).Fields;
        json.WriteStartObject();
        for (int i = 0; i < fields.Count; i++)
        {
            json.WritePropertyName(ExportColumns.JsonName(fields[i]));
            Write(json, records.Fields[i], row);
        }

        json.WriteEndObject();
    }
}
