using System.Text;
using System.Text.Json;

namespace InterestService.Api.Reading;

/// <summary>The fields of the rows of one kind of upload, the same for every format.</summary>
/// <param name="Collection">The property that holds the rows when a JSON body is an object.</param>
internal sealed record UploadSchema(string Collection, params UploadField[] Fields);

/// <param name="Name">camelCase, as in JSON and in error messages.</param>
/// <param name="Required">Whether a table must have its column. The checks decide whether each row must have it.</param>
internal sealed record UploadField(string Name, FieldKind Kind = FieldKind.Text, bool Required = false)
{
    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>snake_case, as in CSV and Parquet.</summary>
    public string ColumnName { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(Name);
}

internal enum FieldKind
{
    Text,
    Number,

    /// <summary>A time as RFC 3339 text; in Parquet also a timestamp.</summary>
    Time,

    /// <summary>Several texts, separated by <c>|</c>; in JSON also an array.</summary>
    TextList,
}
