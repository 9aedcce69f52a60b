using System.Buffers;
using System.Text.Json;
using Apache.Arrow;

namespace InterestService.Api.Exports;

/// <summary>Writes each row as a JSON object on its own line.</summary>
internal sealed class NdjsonExportWriter(ExportBuffer buffer, Schema schema) : IExportWriter
{
    private readonly Utf8JsonWriter _json = new(buffer.Unsent, JsonCells.Options);
    private readonly JsonEncodedText[] _names = [.. schema.FieldsList.Select(column => JsonEncodedText.Encode(ExportColumns.JsonName(column), JsonCells.Options.Encoder))];

    public void Write(RecordBatch batch)
    {
        IArrowArray[] columns = [.. batch.Arrays];
        for (int row = 0; row < batch.Length; row++)
        {
            _json.WriteStartObject();
            for (int i = 0; i < columns.Length; i++)
            {
                _json.WritePropertyName(_names[i]);
                JsonCells.Write(_json, columns[i], row);
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
}
