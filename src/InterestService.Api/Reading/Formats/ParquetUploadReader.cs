using Apache.Arrow;
using Apache.Arrow.Ipc;
using Microsoft.OpenApi;
using ParquetSharp;
using Array = System.Array;
using ArrowFileReader = ParquetSharp.Arrow.FileReader;
using ArrowReaderProperties = ParquetSharp.Arrow.ArrowReaderProperties;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Reads rows of an Apache Parquet file, some thousand at a time: memory grows with the pages of a row group and not with the file. Columns
/// are named as in CSV; <see cref="ParquetCell"/> tells which types a field takes. The body is kept in a file because what tells where columns
/// begin is at its end.
/// </summary>
internal sealed class ParquetUploadReader : UploadReader
{
    public static readonly UploadFormat Format = new("application/vnd.apache.parquet", OpenAsync, Describe, IsText: false);

    private readonly Stream _file;
    private readonly ArrowFileReader _parquet;
    private readonly IArrowArrayStream _batches;
    private readonly int[] _ordinals;
    private RecordBatch? _batch;
    private IArrowArray?[] _columns = [];
    private long _rowsBefore; // the batch
    private int _next;

    private ParquetUploadReader(Stream file, ArrowFileReader parquet, IArrowArrayStream batches, UploadSchema schema)
        : base(schema)
    {
        _file = file;
        _parquet = parquet;
        _batches = batches;
        _ordinals = UploadColumns.Find(schema, [.. batches.Schema.FieldsList.Select(column => column.Name)], BadColumns);
    }

    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_batch is null || _next == _batch.Length)
                if (!await TryReadBatchAsync(cancellationToken)) return false;
            Row.MoveNext();
            for (int field = 0; field < _columns.Length; field++)
                if (_columns[field] is { } column) ParquetCell.Append(Row, field, column, _next);
            _next++;
            return true;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw Unreadable($" at or after row {_rowsBefore + _next}", e);
        }
    }

    public override void Dispose()
    {
        _batch?.Dispose();
        _batches.Dispose();
        _parquet.Dispose();
        _file.Dispose();
        base.Dispose();
    }

    private static async Task<UploadReader> OpenAsync(UploadBody body, UploadSchema schema, CancellationToken cancellationToken)
    {
        var file = await UploadFile.CreateAsync(body, cancellationToken);
        try
        {
            return Open(file, schema);
        }
        catch (Exception e)
        {
            await file.DisposeAsync();
            if (IsDamage(e)) throw Unreadable("", e);
            throw;
        }
    }

    private static ParquetUploadReader Open(Stream file, UploadSchema schema)
    {
        using var source = ReaderProperties.GetDefaultReaderProperties();
        source.EnableBufferedStream(); // a page at a time, and not a column of the row group
        using var batches = ArrowReaderProperties.GetDefault();
        batches.PreBuffer = false;
        batches.UseThreads = false;
        batches.CoerceInt96TimestampUnit = Apache.Arrow.Types.TimeUnit.Microsecond; // nanoseconds end in 2262
        int[] leaves = SelectLeaves(file, source, schema, batches);
        var parquet = new ArrowFileReader(file, source, batches, leaveOpen: true);
        IArrowArrayStream? stream = null;
        try
        {
            stream = parquet.GetRecordBatchReader(null, leaves);
            return new ParquetUploadReader(file, parquet, stream, schema);
        }
        catch
        {
            stream?.Dispose();
            parquet.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the physical columns of the fields; a list has its own below the column that is named. Text outside lists is read as a dictionary:
    /// repeated text is not copied for each row. As many rows are read at once as their pages permit.
    /// </summary>
    private static int[] SelectLeaves(Stream file, ReaderProperties source, UploadSchema schema, ArrowReaderProperties batches)
    {
        var pages = new ParquetPages(file);
        using var parquet = new ParquetFileReader(file, source, leaveOpen: true);
        var columns = parquet.FileMetaData.Schema;
        using var root = columns.GroupNode;
        UploadColumns.Find(schema, Array.ConvertAll(root.Fields, column => column.Name), BadColumns);
        int[] leaves = [.. Enumerable.Range(0, columns.NumColumns).Where(leaf => IsOfField(columns.ColumnRoot(leaf).Name))];
        foreach (int leaf in leaves) batches.SetReadDictionary(leaf, !HasLists(leaf));
        batches.BatchSize = pages.CountRowsAtOnce(leaves.Select(leaf => (leaf, HasLists(leaf))));
        return leaves;

        bool HasLists(int leaf) => columns.Column(leaf).MaxRepetitionLevel > 0;

        bool IsOfField(string column) => Array.Exists(schema.Fields, field => UploadColumns.Names(field, column));
    }

    private async ValueTask<bool> TryReadBatchAsync(CancellationToken cancellationToken)
    {
        _rowsBefore += _next;
        _next = 0;
        _batch?.Dispose();
        _batch = null;
        if (await _batches.ReadNextRecordBatchAsync(cancellationToken) is not { } batch) return false;
        _batch = batch;
        _columns = Array.ConvertAll(_ordinals, ordinal => ordinal == UploadColumns.Absent ? null : batch.Column(ordinal));
        return true;
    }

    /// <summary>Returns whether a file caused an error. The Arrow library throws <see cref="Exception"/> itself for what its native part reports.</summary>
    private static bool IsDamage(Exception e) =>
        e is ParquetException or NotSupportedException or InvalidDataException or EndOfStreamException || e.GetType() == typeof(Exception);

    private static BadUploadException Unreadable(string where, Exception e)
    {
        const string Begin = "(message: '";
        int at = e.Message.IndexOf(Begin, StringComparison.Ordinal);
        string reason = (at < 0 ? e.Message : e.Message[(at + Begin.Length)..].TrimEnd(')').TrimEnd('\'')).Trim();
        return BadUploadException.NotReadable($"The body is not a Parquet file that can be read{where}: {reason}", e);
    }

    private static BadUploadException BadColumns(string fault) =>
        BadUploadException.NotReadable($"The file must have each column once, with all that are required; it {fault}.");

    private static OpenApiSchema Describe(UploadSchema schema, IOpenApiSchema row) => new()
    {
        Type = JsonSchemaType.String,
        Format = "binary",
        Description = "An Apache Parquet file with the same names in snake_case, at most 1 GiB. Text is text or a category, a list of texts where "
            + "several are taken; a time is a timestamp or RFC 3339 text, and one without a time zone is in UTC; numbers are integers, floating-point "
            + "numbers or decimals. Ids are text: a number as an id is an error of its row.",
    };
}
