using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Tests.Allocations;

namespace InterestService.Api.Tests.Reading;

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

    /// <summary>A row that the format cannot read as a row.</summary>
    protected abstract string BadRow { get; }

    /// <summary>Writes one row; a column that the row lacks is absent or empty.</summary>
    protected abstract string WriteRow(IReadOnlyDictionary<string, string> row, string[] columns);

    /// <summary>Writes a body of serialized rows.</summary>
    protected abstract string WriteBody(IEnumerable<string> rows, string[] columns);

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
    public async Task A_byte_order_mark_is_skipped() =>
        Assert.Equal(_rows, (await ReadRow.AllAsync(MediaType, [.. Encoding.UTF8.Preamble, .. Body()])).Select(row => row.Fields));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public async Task Byte_order_marks_at_the_starts_of_lines_are_skipped_and_others_are_text(int step)
    {
        string marked = $"\uFEFF\uFEFF{Encoding.UTF8.GetString(Body()).Replace("\n", "\n\uFEFF", StringComparison.Ordinal)}\n\uFEFF";
        Assert.Equal(_rows, (await ReadRow.AllAsync(MediaType, Encoding.UTF8.GetBytes(marked), step)).Select(row => row.Fields));
        var within = new Dictionary<string, string>(_rows[0]) { ["title"] = "a\uFEFFb\uFEFE，" };
        byte[] body = Encoding.UTF8.GetBytes(WriteBody([Write(within)], _columns));
        Assert.Equal(within, Assert.Single(await ReadRow.AllAsync(MediaType, body, step)).Fields);
    }

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
        for (int length = 1; length < body.Length; length++)
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
        var rows = await ReadRow.AllAsync(MediaType, Encoding.UTF8.GetBytes(WriteBody([Write(_rows[0]), BadRow, Write(_rows[1])], _columns)));
        Assert.Equal([true, false, true], rows.Select(row => row.Fault is null));
        Assert.Equal(1, rows[1].Fault!.Index);
        Assert.Equal(_rows[..2], rows.Where(row => row.Fault is null).Select(row => row.Fields));
    }

    [Fact]
    public async Task Unknown_columns_are_ignored()
    {
        string[] columns = ["unknown", .. _columns, "userIdentity"];
        var rows = _rows.Select(row => WriteRow(new Dictionary<string, string>(row) { ["unknown"] = "x", ["userIdentity"] = "y" }, columns));
        Assert.Equal(_rows, (await ReadRow.AllAsync(MediaType, Encoding.UTF8.GetBytes(WriteBody(rows, columns)))).Select(row => row.Fields));
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_body()
    {
        const int Rows = 20_000;
        double bytesPerRow = AllocationBudget.Select(release: 8, debug: 80);
        await AllocatedAsync(Rows); // includes the JIT compilation
        long few = await AllocatedAsync(Rows), many = await AllocatedAsync(3 * Rows);
        Assert.InRange(many - few, double.NegativeInfinity, 2 * Rows * bytesPerRow);
    }

    private byte[] Body() => Encoding.UTF8.GetBytes(WriteBody(_rows.Select(Write), _columns));

    private string Write(IReadOnlyDictionary<string, string> row) => WriteRow(row, _columns);

    private async Task<long> AllocatedAsync(int rows)
    {
        byte[] body = Encoding.UTF8.GetBytes(WriteBody(Enumerable.Repeat(Write(_rows[0]), rows), _columns));
        int thread = Environment.CurrentManagedThreadId;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var reader = await UploadReader.OpenAsync(MediaType, new MemoryStream(body), EventFields.Schema, TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) Assert.Null(reader.Row.Fault);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(rows, reader.Row.Index + 1);
        Assert.Equal(thread, Environment.CurrentManagedThreadId); // a body in memory is read synchronously
        return allocated;
    }
}
