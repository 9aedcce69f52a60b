using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;

namespace InterestService.Api.Tests.Reading.Formats;

/// <summary>One row as a reader returned it: the fields that are present, by name, and the fault.</summary>
internal sealed record ReadRow(long Index, IReadOnlyDictionary<string, string> Fields, RowError? Fault)
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";
    public const string Csv = "text/csv";
    public const string Parquet = "application/vnd.apache.parquet";

    public static Task<List<ReadRow>> AllAsync(string mediaType, string body) => AllAsync(mediaType, Encoding.UTF8.GetBytes(body));

    public static async Task<List<ReadRow>> AllAsync(string mediaType, byte[] body, int step = int.MaxValue)
    {
        using var reader = await UploadReader.OpenAsync(
            mediaType, new TrickleStream(body, step), EventFields.Schema, TestContext.Current.CancellationToken);
        var rows = new List<ReadRow>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(Create(reader.Row));
        return rows;
    }

    /// <returns>The detail of the problem that the body results in.</returns>
    public static async Task<string> ProblemAsync(string mediaType, byte[] body) =>
        (await Assert.ThrowsAsync<BadUploadException>(() => AllAsync(mediaType, body))).Message;

    public static Task<string> ProblemAsync(string mediaType, string body) => ProblemAsync(mediaType, Encoding.UTF8.GetBytes(body));

    private static ReadRow Create(Row row) => new(
        row.Index,
        row.Schema.Fields.Select((field, i) => (field.Name, Text: Encoding.UTF8.GetString(row[i]))).Where(f => f.Text.Length > 0)
            .ToDictionary(f => f.Name, f => f.Text),
        row.Fault);
}
