using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Apache.Arrow;
using InterestService.Api.Reading.Formats;

namespace InterestService.Api.Tests.Reading.Formats;

public sealed class UploadFormatsTests
{
    [Fact]
    public void Every_registered_format_has_a_suite()
    {
        var suites = typeof(UploadFormatContract).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(UploadFormatContract)) && !type.IsAbstract)
            .Select(type => ((UploadFormatContract)Activator.CreateInstance(type)!).MediaType);
        Assert.Equal(UploadFormats.All.Select(format => format.MediaType).Order(), suites.Order());
    }

    [Fact]
    public void Media_types_are_found_in_any_case()
    {
        foreach (var format in UploadFormats.All) Assert.Same(format, UploadFormats.Find(format.MediaType.ToUpperInvariant()));
        Assert.Null(UploadFormats.Find("application/xml"));
    }
}

public sealed class JsonArrayFormatTests : TextFormatContract
{
    public override string MediaType => ReadRow.Json;

    protected override string BadRow => "7";

    protected override string WriteRow(IReadOnlyDictionary<string, string> row, string[] columns) => JsonRow.Write(row);

    protected override string WriteBody(IEnumerable<string> rows, string[] columns) => $"[{string.Join(",\n", rows)}]";
}

public sealed class NdjsonFormatTests : TextFormatContract
{
    public override string MediaType => ReadRow.Ndjson;

    protected override string BadRow => "{\"userId\":";

    protected override string WriteRow(IReadOnlyDictionary<string, string> row, string[] columns) => JsonRow.Write(row);

    protected override string WriteBody(IEnumerable<string> rows, string[] columns) => string.Join('\n', rows);
}

public sealed class CsvFormatTests : TextFormatContract
{
    public override string MediaType => ReadRow.Csv;

    protected override string BadRow => "one,field,too,few";

    protected override string WriteRow(IReadOnlyDictionary<string, string> row, string[] columns) =>
        string.Join(',', columns.Select(column => $"\"{row.GetValueOrDefault(column, "").Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    protected override string WriteBody(IEnumerable<string> rows, string[] columns) =>
        string.Join('\n', rows.Prepend(string.Join(',', columns.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName))));
}

public sealed class ParquetFormatTests : UploadFormatContract
{
    public override string MediaType => ReadRow.Parquet;

    protected override byte[] Write(IEnumerable<IReadOnlyDictionary<string, string>?> rows, string[] columns)
    {
        var all = rows.ToArray();
        return ParquetBody.Write([.. columns.Select(name => (
            JsonNamingPolicy.SnakeCaseLower.ConvertName(name),
            name == "value"
                ? (IArrowArray)ParquetBody.Numbers([.. all.Select(row => row?.GetValueOrDefault(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : (double?)null)])
                : ParquetBody.Bytes([.. all.Select(row => row is null ? [0xFF] : row.GetValueOrDefault(name) is { } text ? Encoding.UTF8.GetBytes(text) : null)])))]);
    }
}

internal static class JsonRow
{
    public static string Write(IReadOnlyDictionary<string, string> row) => new JsonObject(row.Select(field => KeyValuePair.Create(
        field.Key, (JsonNode?)(field.Key == "value" ? JsonValue.Create(double.Parse(field.Value, CultureInfo.InvariantCulture)) : JsonValue.Create(field.Value))))).ToJsonString();
}
