using System.Text;
using Microsoft.OpenApi;
using Sylvan.Data.Csv;

namespace InterestService.Api.Reading.Formats;

/// <summary>
/// Reads rows of CSV (RFC 4180, UTF-8, comma, header). Columns are named in snake_case or camelCase, in any case and order; unknown ones
/// are ignored. A row with too few or too many fields is a fault of that row alone. An unquoted field that is <c>\N</c> or <c>NULL</c> is
/// absent: MySQL, PostgreSQL and Hive export NULL so, and put quotation marks around text that reads the same.
/// </summary>
internal sealed class CsvUploadReader : UploadReader
{
    public static readonly UploadFormat Format = new("text/csv", OpenAsync, (_, _) => new OpenApiSchema
    {
        Type = JsonSchemaType.String,
        Description = "A header with the same names in snake_case, then the rows.",
    });

    /// <summary>Maximum number of empty lines between two rows: compressed, they cost their sender nothing.</summary>
    private const int MaxBlankLines = 100_000;

    private const string Separator = "Fields are separated by commas.";

    /// <summary>Other separators of fields that programs write.</summary>
    private static readonly (char Character, string Name)[] _otherDelimiters =
        [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars"), (':', "colons")];

    private readonly CsvDataReader _csv;
    private readonly int[] _ordinals;

    /// <summary>Number of empty lines since the last row.</summary>
    private int _blankLines;

    private CsvUploadReader(CsvDataReader csv, UploadSchema schema)
        : base(schema)
    {
        _csv = csv;
        string[] columns = [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetName(i).Trim().Trim('\uFEFF'))];
        _ordinals = UploadColumns.Find(schema, columns, fault => BadHeader($"{fault}. {Separator}"));
    }

    private static async Task<UploadReader> OpenAsync(UploadBody body, UploadSchema schema, CancellationToken cancellationToken)
    {
        RefuseOtherDelimiters(Encoding.UTF8.GetString(await body.PeekLineAsync(cancellationToken)), schema);
        var options = new CsvDataReaderOptions
        {
            Delimiter = ',',
            BufferSize = 1 << 16,
            MaxBufferSize = Row.MaxBytes,
            // CSV has no comments: "#1" is an id. A low surrogate never begins a row, so that this character disables them.
            Comment = '\uDC00',
        };

        // Throws for bytes that are not UTF-8, and does not switch to another encoding because of a byte order mark.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var text = new StreamReader(body, utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16);
        try
        {
            return new CsvUploadReader(await CsvDataReader.CreateAsync(text, options, cancellationToken), schema);
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
            while (IsBlank());

            Row.MoveNext();
            FillRow();
            return true;
        }
        catch (Exception e) when (e is DecoderFallbackException or CsvFormatException)
        {
            throw Unreadable($"at or after row {Row.Index + 1}", e);
        }
    }

    private bool IsBlank()
    {
        if (_csv.RowFieldCount > 1 || !_csv.GetFieldSpan(0).IsEmpty)
        {
            _blankLines = 0;
            return false;
        }

        return ++_blankLines <= MaxBlankLines
            ? true
            : throw BadUploadException.NotReadable($"After row {Row.Index} there are more than {MaxBlankLines} empty lines.");
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
            if (_ordinals[field] == UploadColumns.Absent) continue;
            Row.Begin(field);
            var text = _csv.GetFieldSpan(_ordinals[field]);
            if (!(text is "NULL" or "\\N" && !IsQuoted(_csv.GetRawRecordSpan(), _ordinals[field]))) Row.Append(field, text);
        }
    }

    /// <param name="record">A record that was read without a fault, as it was written.</param>
    /// <param name="ordinal">Position of one of its fields.</param>
    private static bool IsQuoted(ReadOnlySpan<char> record, int ordinal)
    {
        int at = 0;
        for (; ordinal > 0; ordinal--)
        {
            if (record[at] != '"')
            {
                at += record[at..].IndexOf(',') + 1;
                continue;
            }

            at++;
            while (record[at] != '"' || record[++at] == '"') at++; // a doubled quotation mark is text
            at++;
        }

        return record[at] == '"';
    }

    /// <summary>Names the separator when the header lacks columns that it has with another one.</summary>
    private static void RefuseOtherDelimiters(string header, UploadSchema schema)
    {
        var missing = MissingWith(',');
        if (missing.Length == 0) return;
        const string Declaration = "sep=";
        if (header.StartsWith(Declaration, StringComparison.OrdinalIgnoreCase))
            throw Lacks(missing, $" Remove the line '{header}', and separate fields by commas.");
        foreach (var (character, name) in _otherDelimiters)
        {
            if (header.Contains(character) && MissingWith(character).Length < missing.Length)
                throw Lacks(missing, $" This body seems to separate them by {name}.");
        }

        UploadField[] MissingWith(char delimiter)
        {
            var names = Array.ConvertAll(header.Split(delimiter), name => name.Trim().Trim('"').Trim());
            return [.. schema.Fields.Where(field => field.Required && !Array.Exists(names, name => UploadColumns.Names(field, name)))];
        }
    }

    private static BadUploadException Lacks(UploadField[] missing, string hint) =>
        BadHeader($"lacks {string.Join(", ", missing.Select(field => field.ColumnName))}. {Separator}{hint}");

    private static BadUploadException BadHeader(string fault) => BadUploadException.NotReadable(
        $"The first line must name each column once, with all that are required; it {fault}");

    private static BadUploadException Unreadable(string where, Exception e) => BadUploadException.NotReadable(
        e switch
        {
            DecoderFallbackException => $"The body is not UTF-8 {where}: {e.Message}",
            CsvRecordTooLargeException => $"A row is longer than {Row.MaxBytes} characters {where}.",
            _ => $"The body is not CSV {where}: {e.Message}",
        },
        e);
}
