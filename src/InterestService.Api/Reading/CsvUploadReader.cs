using System.Text;
using Microsoft.OpenApi;
using Sylvan.Data.Csv;

namespace InterestService.Api.Reading;

/// <summary>
/// Reads rows of CSV (RFC 4180, UTF-8, comma, header). Columns are named in snake_case or camelCase, in any case and order; unknown ones
/// are ignored. A row with too few or too many fields is a fault of that row alone.
/// </summary>
internal sealed class CsvUploadReader : UploadReader
{
    public static readonly UploadFormat Format = new("text/csv", OpenAsync, (_, _) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Description = "A header with the same names in snake_case, then the rows.",
    });

    private const int Absent = -1;

    private readonly CsvDataReader _csv;
    private readonly int[] _ordinals;

    private CsvUploadReader(CsvDataReader csv, UploadSchema schema)
        : base(schema)
    {
        _csv = csv;
        _ordinals = Array.ConvertAll(schema.Fields, FindColumn);
        var missing = schema.Fields.Where((field, i) => field.Required && _ordinals[i] == Absent).Select(f => f.ColumnName).ToArray();
        if (missing.Length > 0) throw BadHeader($"lacks {string.Join(", ", missing)}");
    }

    private static async Task<UploadReader> OpenAsync(Stream body, UploadSchema schema, CancellationToken cancellationToken)
    {
        var options = new CsvDataReaderOptions
        {
            Delimiter = ',',
            BufferSize = 1 << 16,
            MaxBufferSize = Row.MaxBytes,
            // CSV has no comments: "#1" is an id. A low surrogate never begins a row, so that this character disables them.
            Comment = '\uDC00',
        };

        // Throws for bytes that are not UTF-8, skips a byte order mark, and does not switch to another encoding because of one.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
        var text = new StreamReader(body, utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16);
        try
        {
            return new CsvUploadReader(await CsvDataReader.CreateAsync(text, options, cancellationToken), schema);
        }
        catch (CsvMissingHeadersException e)
        {
            throw BadUploadException.NotReadable("The body is empty.", e);
        }
        catch (Exception e) when (e is DecoderFallbackException or CsvFormatException)
        {
            throw Unreadable("at or after the header", e);
        }
    }

    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            do
            {
                if (!await _csv.ReadAsync(cancellationToken)) return false;
            }
            while (_csv.RowFieldCount == 1 && _csv.GetFieldSpan(0).IsEmpty);

            Row.MoveNext();
            FillRow();
            return true;
        }
        catch (Exception e) when (e is DecoderFallbackException or CsvFormatException)
        {
            throw Unreadable($"at or after row {Row.Index + 1}", e);
        }
    }

    private void FillRow()
    {
        if (_csv.RowFieldCount != _csv.FieldCount)
        {
            Row.Fail(null, $"A row must have {_csv.FieldCount} fields, as the header has; found {_csv.RowFieldCount}.");
            return;
        }

        for (var field = 0; field < _ordinals.Length; field++)
        {
            if (_ordinals[field] == Absent) continue;
            Row.Begin(field);
            Row.Append(field, _csv.GetFieldSpan(_ordinals[field]));
        }
    }

    private int FindColumn(UploadField field)
    {
        var found = Enumerable.Range(0, _csv.FieldCount).Where(i => Names(field, _csv.GetName(i).Trim())).ToArray();
        return found switch
        {
            [] => Absent,
            [var ordinal] => ordinal,
            _ => throw BadHeader($"names {field.ColumnName} {found.Length} times"),
        };
    }

    private static bool Names(UploadField field, string header) =>
        header.Equals(field.ColumnName, StringComparison.OrdinalIgnoreCase)
        || header.Equals(field.Name, StringComparison.OrdinalIgnoreCase);

    private static BadUploadException BadHeader(string fault) => BadUploadException.NotReadable(
        $"The first line must name each column once, with all that are required; it {fault}.");

    private static BadUploadException Unreadable(string where, Exception e) => BadUploadException.NotReadable(
        e switch
        {
            DecoderFallbackException => $"The body is not UTF-8 {where}: {e.Message}",
            CsvRecordTooLargeException => $"A row is longer than {Row.MaxBytes} characters {where}.",
            _ => $"The body is not CSV {where}: {e.Message}",
        },
        e);
}
