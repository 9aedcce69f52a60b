using System.Text;
using static InterestService.Api.Tests.Reading.ReadRow;

namespace InterestService.Api.Tests.Reading;

public sealed class CsvUploadReaderTests
{
    private const string Header = "user_id,item_id,event_type,timestamp\n";

    [Theory]
    [InlineData("user_id,item_id,event_type,timestamp\nu,i,view,t\n")]
    [InlineData("timestamp,extra,event_type,item_id,user_id\r\nt,x,view,i,u")]
    [InlineData("userId,ITEM_ID,EventType, timestamp \nu,i,view,t\n")]
    [InlineData("\uFEFF\"user_id\",item_id,event_type,timestamp\n\n\"u\",i,\"view\",t\n\n")]
    public async Task Columns_may_be_in_any_order_under_either_name_with_others(string body)
    {
        var row = Assert.Single(await AllAsync(Csv, body));
        Assert.Equal("u i view t", $"{row.Fields["userId"]} {row.Fields["itemId"]} {row.Fields["eventType"]} {row.Fields["timestamp"]}");
        Assert.Equal(4, row.Fields.Count);
        Assert.Equal(0, row.Index);
    }

    [Fact]
    public async Task Quoted_fields_may_contain_commas_quotes_and_lines_and_no_line_is_a_comment()
    {
        var rows = await AllAsync(Csv, Header + "\"a,\"\"b\"\"\r\nc\",,view,t\n#1,i,view,t\n");
        Assert.Equal(["a,\"b\"\r\nc", "#1"], rows.Select(r => r.Fields["userId"]));
        Assert.False(rows[0].Fields.ContainsKey("itemId"));
    }

    [Theory]
    [InlineData("a,b", 2)]
    [InlineData("a,b,c,d,e", 5)]
    public async Task Row_with_too_few_or_too_many_fields_is_an_error_of_only_that_row(string row, int fields)
    {
        var rows = await AllAsync(Csv, $"{Header}a,i,view,t\n{row}\nb,i,view,t");
        Assert.Equal(new(1, null, $"A row must have 4 fields, as the header has; found {fields}."), rows[1].Fault);
        Assert.Equal(["a", "b"], rows.Where(r => r.Fault is null).Select(r => r.Fields["userId"]));
    }

    [Theory]
    [InlineData("", "The body is empty.")]
    [InlineData("user_id,item_id\na,b", "it lacks event_type, timestamp.")]
    [InlineData("user_id,event_type,timestamp,userId\n", "it names user_id 2 times.")]
    [InlineData("\n", "it lacks user_id, event_type, timestamp.")]
    [InlineData(Header + "a,i,view,t\nb,\"i", "not CSV at or after row 1: A quoted field at the end of the input ends")]
    [InlineData(Header + "a,\"i\"x,view,t\n", "not CSV at or after row 0")]
    public async Task Body_that_is_not_csv_or_lacks_columns_is_rejected_with_position_and_reason(string body, string detail) =>
        Assert.Contains(detail, await ProblemAsync(Csv, body), StringComparison.Ordinal);

    [Fact]
    public async Task Body_that_is_not_utf8_is_rejected()
    {
        var late = Header + string.Concat(Enumerable.Repeat("a,i,view,t\n", 50_000)) + "\u00FF";
        foreach (var latin1 in new[] { Header + "\u00FF,i,view,t\n", "\u00FF\u00FE", late })
        {
            Assert.Contains("not UTF-8", await ProblemAsync(Csv, Encoding.Latin1.GetBytes(latin1)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Row_longer_than_a_mebibyte_is_rejected()
    {
        var problem = await ProblemAsync(Csv, Header + new string('x', 2 << 20) + ",i,view,t\n");
        Assert.Contains("longer than 1048576 characters", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_with_only_a_header_has_no_rows() => Assert.Empty(await AllAsync(Csv, Header));
}
