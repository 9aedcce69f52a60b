using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace InterestService.Api.Exports;

/// <summary>Writes the streaming format of Apache Arrow, a record batch at a time.</summary>
internal sealed class ArrowExportWriter : IExportWriter
{
    private readonly ArrowStreamWriter _stream;

    public ArrowExportWriter(ExportBuffer buffer, Schema schema)
    {
        _stream = new ArrowStreamWriter(buffer, schema, leaveOpen: true);
        _stream.WriteStart(); // also where there are no rows
    }

    public void Write(RecordBatch batch) => _stream.WriteRecordBatch(batch);

    public void Complete() => _stream.WriteEnd();

    public void Dispose() => _stream.Dispose();
}
