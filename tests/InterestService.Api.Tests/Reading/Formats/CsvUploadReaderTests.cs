using System.Text;
using static InterestService.Api.Tests.Reading.Formats.ReadRow;

namespace InterestService.Api.Tests.Reading.Formats;

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

    [Fact]
    public async Task Empty_lines_are_ignored_up_to_a_number_that_no_file_has()
    {
        Assert.Single(await AllAsync(Csv, $"{Header}{new string('\n', 100_000)}a,i,view,t\n"));
        Assert.Contains("After row 0 there are more than 100000 empty lines.", await ProblemAsync(Csv, $"{Header}a,i,view,t\n{new string('\n', 100_001)}"), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("user_id;label\nada;x\n", "it lacks user_id, event_type, timestamp. Fields are separated by commas. This body seems to separate them by semicolons.")]
    [InlineData("timestamp\tevent_type\tuser_id\n", "it lacks user_id, event_type, timestamp. Fields are separated by commas. This body seems to separate them by tabs.")]
    [InlineData("\uFEFF\"user_id\"|\"event_type\"|\"timestamp\"\r\na|b|c", "by commas. This body seems to separate them by vertical bars.")]
    [InlineData("\"userId\";\"eventType\";\"timestamp\"\n\"a;b\";c;d\n", "it lacks user_id, event_type, timestamp. Fields are separated by commas. This body seems to separate them by semicolons.")]
    [InlineData("sep=;\r\nuser_id;event_type;timestamp\r\n", "Fields are separated by commas. Remove the line 'sep=;', and separate fields by commas.")]
    [InlineData("SEP=,\nuser_id,event_type,timestamp\n", "Remove the line 'SEP=,'")]
    [InlineData("user_id,label\na,b", "it lacks event_type, timestamp. Fields are separated by commas.")]
    public async Task Other_separators_are_named_with_the_columns_that_they_hide(string body, string detail) =>
        Assert.Contains(detail, await ProblemAsync(Csv, body), StringComparison.Ordinal);

    [Fact]
    public async Task Unquoted_null_of_a_database_is_a_missing_value_in_every_column_and_quoted_text_is_text()
    {
        const string Columns = "title,user_id,item_id,event_type,timestamp,value,query,category\n";
        var rows = await AllAsync(
            Csv,
            Columns
            + "\\N,ada,NULL,search,t,\\N,lamp,NULL\n"
            + "\"NULL\",\"\\N\",i,view,t,1,\"a, \"\"b\"\"\",\"\\N\"\n"
            + "\"x \"\"NULL\"\", y\",null,\\n,NULLABLE,N,2,NULL NULL, NULL\n"
            + "5\" pipe,NULL,i,view,t,3,\\N,\"NULL\"\n");
        Assert.All(rows, row => Assert.Null(row.Fault));
        Assert.Equal(["userId=ada eventType=search timestamp=t query=lamp"], [Write(rows[0])]);
        Assert.Equal("userId=\\N itemId=i eventType=view timestamp=t value=1 query=a, \"b\" category=\\N title=NULL", Write(rows[1]));
        Assert.Equal("userId=null itemId=\\n eventType=NULLABLE timestamp=N value=2 query=NULL NULL category= NULL title=x \"NULL\", y", Write(rows[2]));
        Assert.Equal("itemId=i eventType=view timestamp=t value=3 category=NULL title=5\" pipe", Write(rows[3]));

        static string Write(ReadRow row) => string.Join(' ', row.Fields.Select(field => $"{field.Key}={field.Value}"));
    }

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
