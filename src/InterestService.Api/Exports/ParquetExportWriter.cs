using Apache.Arrow;
using ParquetSharp;
using ParquetSharp.Arrow;
using ParquetSharp.IO;

namespace InterestService.Api.Exports;

/// <summary>Writes an Apache Parquet file: Snappy, which every reader knows; a row group for every 131,072 rows, which is also what memory holds.</summary>
internal sealed class ParquetExportWriter : IExportWriter
{
    private const long RowGroupRows = 1 << 17;

    private readonly ManagedOutputStream _output;
    private readonly FileWriter _file;

    public ParquetExportWriter(ExportBuffer buffer, Schema schema)
    {
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Snappy).MaxRowGroupLength(RowGroupRows).Build();
        _output = new ManagedOutputStream(buffer, leaveOpen: true);
        _file = new FileWriter(_output, schema, properties);
    }

    public void Write(RecordBatch batch) => _file.WriteBufferedRecordBatch(batch);

    public void Complete() => _file.Close();

    public void Dispose()
    {
        _file.Dispose();
        _output.Dispose();
    }
}
