using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using InterestService.Api.Exports;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Clusterings.Exports;

/// <summary>Gets exports and reads them with other programs than the service: DuckDB reads CSV and Parquet, JavaScript the Arrow stream.</summary>
internal static class ExportClient
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<byte[]> ExportAsync(this HttpClient client, string path, ExportFormat format)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept", format.MediaType } } };
        using var response = await client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(format.MediaType, response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith($".{format.Extension}", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
        return await response.Content.ReadAsByteArrayAsync(Cancellation);
    }

    /// <summary>Returns the rows of the default format.</summary>
    public static async Task<JsonNode[]> RowsAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Lines(await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Asserts that all formats have the same rows in the same order, and returns them.</summary>
    public static async Task<JsonNode[]> AssertFormatsAgreeAsync(this HttpClient client, string path)
    {
        var rows = await client.RowsAsync(path);
        string[] expected = [.. rows.Select(row => Canonical(row))];
        Assert.Equal(expected, Lines(Encoding.UTF8.GetString(await client.ExportAsync(path, ExportFormat.Ndjson))).Select(row => Canonical(row)));
        Assert.Equal(expected, (await ArrowReader.ReadAsync(await client.ExportAsync(path, ExportFormat.Arrow))).Select(row => Canonical(JsonNode.Parse(row)!)));
        using var folder = new TestFolder();
        string parquet = Path.Combine(folder.Path, "table.parquet"), csv = Path.Combine(folder.Path, "table.csv");
        await File.WriteAllBytesAsync(parquet, await client.ExportAsync(path, ExportFormat.Parquet), Cancellation);
        await File.WriteAllBytesAsync(csv, await client.ExportAsync(path, ExportFormat.Csv), Cancellation);
        Assert.Equal(expected, Query($"SELECT to_json(rows) FROM read_parquet('{parquet}') AS rows").Select(row => Canonical(JsonNode.Parse(row)!)));
        Assert.Equal(
            rows.Select(row => Canonical(AsText(row))),
            Query($"SELECT to_json(rows) FROM {ReadCsv(csv)} AS rows").Select(row => Canonical(JsonNode.Parse(row)!)));
        return rows;
    }

    /// <summary>The first column of a query's result, as text.</summary>
    public static List<string> Query(string sql)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        return values;
    }

    private static string ReadCsv(string path) =>
        $"read_csv('{path}', header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', all_varchar = true, nullstr = '', allow_quoted_nulls = false)";

    private static JsonNode[] Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Writes a row as text that is the same whatever spelling a program has for names, times and numbers.</summary>
    private static string Canonical(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject record => $"{{{string.Join(',', record.Select(field => $"{JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Key)}:{CanonicalField(field.Key, field.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Canonical))}]",
        _ when value.GetValueKind() == JsonValueKind.Number => ((float)value.GetValue<double>()).ToString("G6", CultureInfo.InvariantCulture),
        _ => value.ToJsonString(),
    };

    private static string CanonicalField(string name, JsonNode? value) => name.ToUpperInvariant().Replace("_", "", StringComparison.Ordinal) switch
    {
        "ASSIGNEDAT" or "LASTSEEN" => value!.GetValueKind() == JsonValueKind.Number
            ? Math.Floor(value.GetValue<double>()).ToString(CultureInfo.InvariantCulture)
            : DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        _ when value?.GetValueKind() == JsonValueKind.String && ((string)value!).StartsWith('[') => Canonical(JsonNode.Parse((string)value!)), // a list in CSV
        _ => Canonical(value),
    };

    /// <summary>Returns a row as CSV has it, where all but lists is text.</summary>
    private static JsonObject AsText(JsonNode row) => new(row.AsObject().Select(field => KeyValuePair.Create(
        field.Key, field.Value is null or JsonArray || field.Value.GetValueKind() == JsonValueKind.String ? field.Value?.DeepClone() : JsonValue.Create(field.Value.ToJsonString()))));
}
