using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;

namespace InterestService.Api.Tests.Reading.Formats;

/// <summary>Tests of the contract that every upload format fulfils. A derived class defines only how bodies are written.</summary>
public abstract class UploadFormatContract
{
    private static readonly string[] _columns = [.. EventFields.Schema.Fields.Select(field => field.Name)];

    private static readonly IReadOnlyDictionary<string, string>[] _rows =
    [
        new Dictionary<string, string>
        {
            ["userId"] = "用户 1", ["itemId"] = "a/b", ["eventType"] = "view", ["timestamp"] = "2024-05-01T12:00:00Z", ["value"] = "-2.5",
            ["query"] = "a \"quoted\", two-line\nquery", ["category"] = "a|b", ["title"] = "😀, \\ and \t", ["source"] = "web",
            ["eventId"] = "#1", ["recommendationId"] = "{r}",
        },
        new Dictionary<string, string> { ["userId"] = "u", ["eventType"] = "search", ["timestamp"] = "2024-05-01T12:00:01Z", ["query"] = "é" },
        new Dictionary<string, string> { ["userId"] = "ü", ["itemId"] = "[]", ["eventType"] = "buy", ["timestamp"] = "2024-05-01T12:00:02+02:00" },
    ];

    /// <summary>The media type of the format.</summary>
    public abstract string MediaType { get; }

    /// <summary>The columns of <see cref="Rows"/>.</summary>
    protected static string[] Columns => _columns;

    /// <summary>Rows with every field and with few.</summary>
    protected static IReadOnlyDictionary<string, string>[] Rows => _rows;

    /// <summary>Writes a body; a column that a row lacks is absent or empty.</summary>
    /// <param name="rows">Rows; null: one that the format cannot read as a row.</param>
    protected abstract byte[] Write(IEnumerable<IReadOnlyDictionary<string, string>?> rows, string[] columns);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task Rows_are_read_unchanged_for_any_read_size(int step)
    {
        var rows = await ReadRow.AllAsync(MediaType, Body(), step);
        Assert.Equal(_rows, rows.Select(row => row.Fields));
        Assert.Equal([0, 1, 2], rows.Select(row => row.Index));
        Assert.All(rows, row => Assert.Null(row.Fault));
    }

    [Fact]
    public async Task An_empty_body_is_rejected() => Assert.Equal("The body is empty.", await ReadRow.ProblemAsync(MediaType, []));

    [Fact]
    public async Task A_body_that_is_still_compressed_is_refused()
    {
        byte[] body = Ingestion.UploadHost.Gzip("user_id");
        Assert.Contains("still gzip data", await ReadRow.ProblemAsync(MediaType, body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_truncated_anywhere_is_rejected_or_gives_the_rows_before_the_cut()
    {
        byte[] body = Body();
        for (int length = 1; length < body.Length; length += Math.Max(1, body.Length / 1000))
        {
            List<ReadRow> rows;
            try
            {
                rows = await ReadRow.AllAsync(MediaType, body[..length]);
            }
            catch (BadUploadException e)
            {
                Assert.Equal(400, e.Status);
                continue;
            }

            // Only the row with the cut may differ.
            Assert.InRange(rows.Count, 0, _rows.Length);
            foreach (var (row, expected) in rows.SkipLast(1).Zip(_rows)) Assert.Equal(expected, row.Fields);
            Assert.All(rows.SkipLast(1), row => Assert.Null(row.Fault));
        }
    }

    [Fact]
    public async Task An_invalid_row_does_not_affect_others()
    {
        var rows = await ReadRow.AllAsync(MediaType, Write([_rows[0], null, _rows[1]], _columns));
        Assert.Equal([true, false, true], rows.Select(row => row.Fault is null));
        Assert.Equal(1, rows[1].Fault!.Index);
        Assert.Equal(_rows[..2], rows.Where(row => row.Fault is null).Select(row => row.Fields));
    }

    [Fact]
    public async Task Unknown_columns_are_ignored()
    {
        string[] columns = ["unknown", .. _columns, "userIdentity"];
        var rows = _rows.Select(row => new Dictionary<string, string>(row) { ["unknown"] = "x", ["userIdentity"] = "y" });
        Assert.Equal(_rows, (await ReadRow.AllAsync(MediaType, Write(rows, columns))).Select(row => row.Fields));
    }

    /// <summary>Writes <see cref="Rows"/>.</summary>
    protected byte[] Body() => Write(_rows, _columns);
}
