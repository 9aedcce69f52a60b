using System.Text;
using static InterestService.Api.Tests.Reading.Formats.ReadRow;

namespace InterestService.Api.Tests.Reading.Formats;

public sealed class JsonUploadReaderTests
{
    [Theory]
    [InlineData("""[{"userId":"a"},{"userId":"b"}]""")]
    [InlineData("""{"events":[{"userId":"a"},{"userId":"b"}]}""")]
    [InlineData("""{"v":{"events":[1]},"w":[[2]],"events":[{"userId":"a"},{"userId":"b"}],"x":null}""")]
    [InlineData(" \r\n[ {\"userId\" : \"a\", \"more\": {\"userId\":[\"z\"]}}\n, {\"us\\u0065rId\":\"\\u0062\"} ] ")]
    [InlineData("\uFEFF[{\"userId\":\"a\"},{\"userId\":\"b\"}]")]
    public async Task Rows_are_read_from_an_array_or_a_named_property(string body)
    {
        var rows = await AllAsync(Json, body);
        Assert.Equal(["a", "b"], rows.Select(r => r.Fields["userId"]));
        Assert.Equal([0, 1], rows.Select(r => r.Index));
        Assert.All(rows, r => Assert.Null(r.Fault));
    }

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData("null", "found a single value")]
    [InlineData("\"x\"", "found a single value")]
    [InlineData("42", "found a single value")]
    [InlineData("{}", "found an object without \"events\"")]
    [InlineData("""{"events":7}""", "found \"events\" with something else than an array")]
    [InlineData("""{"events":{}}""", "found \"events\" with something else than an array")]
    [InlineData(" ", "not JSON in what precedes the rows, line 1, byte 2")]
    [InlineData("hello", "not JSON in what precedes the rows, line 1, byte 1")]
    [InlineData("[{\"userId\":\"a\"},\n{\"userId\":\"b\"", "not JSON in row 1, line 2, byte 14")]
    [InlineData("""[{"userId":"a"},""", "not JSON in row 1, line 1, byte 16")]
    [InlineData("""[{"value":NaN}]""", "not JSON in row 0, line 1, byte 11")]
    [InlineData("""[{"userId":"a"}] x""", "not JSON in what follows the rows, line 1, byte 18")]
    public async Task Body_that_is_not_an_upload_is_rejected_with_position_and_reason(string body, string detail) =>
        Assert.Contains(detail, await ProblemAsync(Json, body), StringComparison.Ordinal);

    [Fact]
    public async Task Body_nested_too_deep_is_rejected()
    {
        var problem = await ProblemAsync(Json, "[{\"x\":" + new string('[', 100) + new string(']', 100) + "}]");
        Assert.Contains("not JSON in row 0", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"userId\":\"\u00FF\"}]", "in row 0, in the string at byte 11")]
    [InlineData("[{\"userId\":\"a\"},{\"other\":{\"\u00FF\":1}}]", "in row 1, in the string at byte 26")]
    public async Task Body_that_is_not_utf8_is_rejected(string latin1, string where) =>
        Assert.Contains("not UTF-8 " + where, await ProblemAsync(Json, Encoding.Latin1.GetBytes(latin1)), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"userId":7}""", "userId", "userId must be a string; found the number 7.")]
    [InlineData("""{"userId":{"a":["b"]}}""", "userId", "userId must be a string; found an object.")]
    [InlineData("""{"title":["a"]}""", "title", "title must be a string; found an array.")]
    [InlineData("""{"eventId":true}""", "eventId", "eventId must be a string; found true.")]
    [InlineData("""{"value":"2"}""", "value", "value must be a number; found the string \"2\".")]
    [InlineData("""{"category":["a",["b"]]}""", "category", "category must be a string or an array of strings; found an array.")]
    [InlineData("""{"category":["a",null]}""", "category", "category must be a string or an array of strings; found null.")]
    [InlineData("""{"userId":"\ud83d"}""", "userId", "userId must be Unicode text; found half of a surrogate pair in \"\\ud83d\".")]
    [InlineData("3", null, "A row must be an object; found the number 3.")]
    [InlineData("""[{"userId":"a"}]""", null, "A row must be an object; found an array.")]
    [InlineData("null", null, "A row must be an object; found null.")]
    public async Task Field_of_the_wrong_type_is_an_error_of_only_that_row(string row, string? field, string message)
    {
        var rows = await AllAsync(Json, $$"""[{"userId":"a"},{{row}},{"userId":"b"}]""");
        Assert.Equal(new(1, field, message), rows[1].Fault);
        Assert.Equal(["a", "b"], rows.Where(r => r.Fault is null).Select(r => r.Fields["userId"]));
    }

    [Fact]
    public async Task A_name_may_be_escaped_and_one_that_is_no_text_is_unknown()
    {
        var row = Assert.Single(await AllAsync(Json, """[{"\ud800":1,"user\u0049d":"a","\u0078\udc00":{"userId":"b"}}]"""));
        Assert.Null(row.Fault);
        Assert.Equal(new Dictionary<string, string> { ["userId"] = "a" }, row.Fields);
    }

    [Fact]
    public async Task Null_and_empty_fields_are_absent_and_the_last_duplicate_is_kept()
    {
        const string Body = """[{"userId":"a","userId":"b","itemId":"","value":null,"title":"t","title":null}]""";
        var row = Assert.Single(await AllAsync(Json, Body));
        Assert.Equal(new Dictionary<string, string> { ["userId"] = "b" }, row.Fields);
    }

    [Fact]
    public async Task Categories_may_be_a_string_or_an_array()
    {
        var rows = await AllAsync(Json, """[{"category":"a|b"},{"category":["a","b"]},{"category":[]}]""");
        Assert.Equal(["a|b", "a|b", null], rows.Select(r => r.Fields.GetValueOrDefault("category")));
    }

    [Fact]
    public async Task Memory_is_bounded_for_any_body()
    {
        Assert.Contains("longer than", await ProblemAsync(Json, $$"""[{"x":"{{new string('x', 3 << 20)}}"}]"""), StringComparison.Ordinal);
        var repeated = string.Join(',', Enumerable.Repeat($"\"title\":\"{new string('x', 1000)}\"", 3000));
        var rows = await AllAsync(Json, $$"""[{{{repeated}}},{"userId":"a"}]""");
        Assert.Contains("at most", rows[0].Fault!.Message, StringComparison.Ordinal);
        Assert.Null(rows[1].Fault);
        Assert.Empty(await AllAsync(Json, "[" + new string(' ', 3 << 20) + "]"));
    }

    [Fact]
    public async Task Unknown_fields_may_be_large()
    {
        var numbers = string.Join(',', Enumerable.Repeat("1", 2_000_000));
        var row = Assert.Single(await AllAsync(Json, $$"""[{"x":[{{numbers}}],"userId":"a"}]"""));
        Assert.Equal("a", row.Fields["userId"]);
    }
}
