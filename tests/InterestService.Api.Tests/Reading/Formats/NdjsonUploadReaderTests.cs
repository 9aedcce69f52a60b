using System.Text;
using static InterestService.Api.Tests.Reading.Formats.ReadRow;

namespace InterestService.Api.Tests.Reading.Formats;

public sealed class NdjsonUploadReaderTests
{
    [Theory]
    [InlineData("{\"userId\":\"a\"}\n{\"userId\":\"b\"}")]
    [InlineData("{\"userId\":\"a\"}\r\n\r\n  \n{\"userId\":\"b\"}\r\n\n")]
    [InlineData("\uFEFF{\"userId\":\"a\"}\n{\"userId\":\"b\"}\n")]
    public async Task Blank_lines_are_skipped_with_any_line_ending(string body)
    {
        var rows = await AllAsync(Ndjson, body);
        Assert.Equal(["a", "b"], rows.Select(r => r.Fields["userId"]));
        Assert.Equal([0, 1], rows.Select(r => r.Index));
    }

    [Theory]
    [InlineData("hello", "A line must be one JSON object; at byte 1: ")]
    [InlineData("{\"userId\":\"a\"", "A line must be one JSON object; at byte 14: ")]
    [InlineData("not json", "A line must be one JSON object; at byte 2: 'not json' is an invalid JSON literal.")]
    [InlineData("{} {}", "A line must be one JSON object; at byte 4: ")]
    [InlineData("7", "A row must be an object; found the number 7.")]
    [InlineData("[{}]", "A row must be an object; found an array.")]
    [InlineData("{\"userId\":\"\u00FF\"}", "A line must be UTF-8; found other bytes.")]
    public async Task Line_that_cannot_be_read_is_an_error_of_only_that_row(string line, string message)
    {
        var rows = await AllAsync(Ndjson, Encoding.Latin1.GetBytes($"{{\"userId\":\"a\"}}\n{line}\n{{\"userId\":\"b\"}}"));
        Assert.StartsWith(message, rows[1].Fault!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Expected the literal", rows[1].Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], rows.Where(r => r.Fault is null).Select(r => r.Fields["userId"]));
    }

    [Fact]
    public async Task Line_nested_too_deep_is_an_error_of_only_that_row()
    {
        var rows = await AllAsync(Ndjson, $"{{\"x\":{new string('[', 100)}{new string(']', 100)}}}\n{{\"userId\":\"b\"}}");
        Assert.NotNull(rows[0].Fault);
        Assert.Equal("b", rows[1].Fields["userId"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Line_longer_than_a_mebibyte_is_rejected(string end)
    {
        var line = $"{{\"userId\":\"a\",\"x\":\"{new string('x', 1 << 20)}\"}}{end}";
        Assert.Contains("longer than 1048576 bytes", await ProblemAsync(Ndjson, line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_body_is_rejected_and_a_body_of_blank_lines_has_no_rows()
    {
        Assert.Equal("The body is empty.", await ProblemAsync(Ndjson, ""));
        Assert.Empty(await AllAsync(Ndjson, "\n \r\n"));
    }
}
