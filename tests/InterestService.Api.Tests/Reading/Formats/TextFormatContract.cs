using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Tests.Allocations;

namespace InterestService.Api.Tests.Reading.Formats;

/// <summary>Tests of the contract that every upload format of text fulfils. A derived class defines only how bodies are written.</summary>
public abstract class TextFormatContract : UploadFormatContract
{
    /// <summary>A row that the format cannot read as a row.</summary>
    protected abstract string BadRow { get; }

    /// <summary>Writes one row; a column that the row lacks is absent or empty.</summary>
    protected abstract string WriteRow(IReadOnlyDictionary<string, string> row, string[] columns);

    /// <summary>Writes a body of serialized rows.</summary>
    protected abstract string WriteBody(IEnumerable<string> rows, string[] columns);

    protected sealed override byte[] Write(IEnumerable<IReadOnlyDictionary<string, string>?> rows, string[] columns) =>
        Encoding.UTF8.GetBytes(WriteBody(rows.Select(row => row is null ? BadRow : WriteRow(row, columns)), columns));

    [Fact]
    public async Task A_byte_order_mark_is_skipped() =>
        Assert.Equal(Rows, (await ReadRow.AllAsync(MediaType, [.. Encoding.UTF8.Preamble, .. Body()])).Select(row => row.Fields));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public async Task Byte_order_marks_at_the_starts_of_lines_are_skipped_and_others_are_text(int step)
    {
        string marked = $"\uFEFF\uFEFF{Encoding.UTF8.GetString(Body()).Replace("\n", "\n\uFEFF", StringComparison.Ordinal)}\n\uFEFF";
        Assert.Equal(Rows, (await ReadRow.AllAsync(MediaType, Encoding.UTF8.GetBytes(marked), step)).Select(row => row.Fields));
        var within = new Dictionary<string, string>(Rows[0]) { ["title"] = "a\uFEFFb\uFEFE，" };
        byte[] body = Write([within], Columns);
        Assert.Equal(within, Assert.Single(await ReadRow.AllAsync(MediaType, body, step)).Fields);
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_body()
    {
        const int Count = 20_000;
        double bytesPerRow = AllocationBudget.Select(release: 8, debug: 80);
        await AllocatedAsync(Count); // includes the JIT compilation
        long few = await AllocatedAsync(Count), many = await AllocatedAsync(3 * Count);
        Assert.InRange(many - few, double.NegativeInfinity, 2 * Count * bytesPerRow);
    }

    private async Task<long> AllocatedAsync(int rows)
    {
        byte[] body = Write(Enumerable.Repeat(Rows[0], rows), Columns);
        int thread = Environment.CurrentManagedThreadId;
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var reader = await UploadReader.OpenAsync(MediaType, new MemoryStream(body), EventFields.Schema, TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) Assert.Null(reader.Row.Fault);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(rows, reader.Row.Index + 1);
        Assert.Equal(thread, Environment.CurrentManagedThreadId); // a body in memory is read synchronously
        return allocated;
    }
}
