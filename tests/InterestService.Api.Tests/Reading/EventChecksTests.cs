using System.Text;
using InterestService.Api.Reading;

namespace InterestService.Api.Tests.Reading;

public sealed class EventChecksTests
{
    private const string Time = "timestamp must be an RFC 3339 time with an offset, such as 2024-05-01T12:00:00Z; ";
    private const string LongQuoted = "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\".";

    [Theory]
    [InlineData(EventFields.UserId, "", "userId must be 1 to 256 characters; it is missing.")]
    [InlineData(EventFields.UserId, " \u3000", "userId must be 1 to 256 characters; it is blank.")]
    [InlineData(EventFields.UserId, "a\0b", "userId must not hold the character U+0000, which cannot be stored.")]
    [InlineData(EventFields.UserId, "257", "userId must be 1 to 256 characters; found 257: " + LongQuoted)]
    [InlineData(EventFields.ItemId, "", "itemId must be 1 to 256 characters unless the event has a query; both are missing.")]
    [InlineData(EventFields.ItemId, " ", "itemId must be 1 to 256 characters; it is blank.")]
    [InlineData(EventFields.ItemId, "257", "itemId must be 1 to 256 characters; found 257: " + LongQuoted)]
    [InlineData(EventFields.EventType, "", "eventType must be 1 to 64 characters; it is missing.")]
    [InlineData(EventFields.EventType, "\t ", "eventType must be 1 to 64 characters; it is blank.")]
    [InlineData(EventFields.EventType, "65", "eventType must be 1 to 64 characters; found 65: " + LongQuoted)]
    [InlineData(EventFields.Timestamp, "", Time + "it is missing.")]
    [InlineData(EventFields.Timestamp, "1714564800", Time + "found \"1714564800\".")]
    [InlineData(EventFields.Timestamp, "0001-01-01T00:00:00Z", "timestamp must not be before 1900-01-01T00:00:00Z; found \"0001-01-01T00:00:00Z\".")]
    [InlineData(EventFields.Timestamp, "1900-01-01T00:00:00+00:01", "timestamp must not be before 1900-01-01T00:00:00Z; found \"1900-01-01T00:00:00+00:01\".")]
    [InlineData(EventFields.Value, "1e400", "value must be a finite number, such as 2.5; found \"1e400\".")]
    [InlineData(EventFields.Value, "NaN", "value must be a finite number, such as 2.5; found \"NaN\".")]
    [InlineData(EventFields.Value, "-Infinity", "value must be a finite number, such as 2.5; found \"-Infinity\".")]
    [InlineData(EventFields.Value, "1,5", "value must be a finite number, such as 2.5; found \"1,5\".")]
    [InlineData(EventFields.Query, "1025", "query must be at most 1024 characters; found 1025: " + LongQuoted)]
    [InlineData(EventFields.Query, "\0", "query must not hold the character U+0000, which cannot be stored.")]
    [InlineData(EventFields.Category, "1025", "category must be at most 1024 characters; found 1025: " + LongQuoted)]
    [InlineData(EventFields.Title, "1025", "title must be at most 1024 characters; found 1025: " + LongQuoted)]
    [InlineData(EventFields.Source, "65", "source must be at most 64 characters; found 65: " + LongQuoted)]
    [InlineData(EventFields.EventId, "257", "eventId must be 1 to 256 characters; found 257: " + LongQuoted)]
    [InlineData(EventFields.RecommendationId, " ", "recommendationId must be 1 to 256 characters; it is blank.")]
    public void Broken_rule_is_reported_with_the_field_the_expected_and_the_found_value(int field, string text, string message)
    {
        // A number stands for a text of that many characters.
        if (int.TryParse(text, out var length) && length < 10_000) text = new string('a', length);
        var row = EventWith(field, text);
        Assert.False(EventChecks.TryCheck(row, out _));
        Assert.Equal(new RowError(0, EventFields.Schema.Fields[field].Name, message), row.Fault);
    }

    [Fact]
    public void Lengths_count_characters_not_bytes()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 256));
        Assert.True(EventChecks.TryCheck(EventWith(EventFields.UserId, text), out var e));
        Assert.Equal(1024, e.UserId.Length);
        Assert.False(EventChecks.TryCheck(EventWith(EventFields.UserId, text + "a"), out _));
    }

    [Fact]
    public void Times_from_1900_on_are_taken() =>
        Assert.True(EventChecks.TryCheck(EventWith(EventFields.Timestamp, "1900-01-01T00:00:00Z"), out _));

    [Fact]
    public void Event_types_are_trimmed_and_ids_are_not()
    {
        var row = EventWith(EventFields.EventType, "\u00A0Course viewed \n");
        row.Begin(EventFields.UserId);
        row.Append(EventFields.UserId, " a/b 用户1 "u8);
        Assert.True(EventChecks.TryCheck(row, out var e));
        Assert.Equal("Course viewed", Encoding.UTF8.GetString(e.EventType));
        Assert.Equal(" a/b 用户1 ", Encoding.UTF8.GetString(e.UserId));
    }

    [Fact]
    public void Search_needs_no_item_and_blank_optional_text_is_absent()
    {
        var row = EventWith(EventFields.ItemId, "");
        row.Begin(EventFields.Query);
        row.Append(EventFields.Query, "red shoes"u8);
        row.Begin(EventFields.Title);
        row.Append(EventFields.Title, "  "u8);
        Assert.True(EventChecks.TryCheck(row, out var e));
        Assert.True(e.ItemId.IsEmpty && e.Title.IsEmpty);
        Assert.False(EventChecks.TryCheck(WithBlankQuery(), out _));
    }

    private static Row WithBlankQuery()
    {
        var row = EventWith(EventFields.ItemId, "");
        row.Begin(EventFields.Query);
        row.Append(EventFields.Query, " "u8);
        return row;
    }

    /// <summary>Creates an event that is valid except for one field.</summary>
    private static Row EventWith(int field, string text)
    {
        var row = new Row(EventFields.Schema);
        row.MoveNext();
        (int, string)[] fields =
        [
            (EventFields.UserId, "u"), (EventFields.ItemId, "i"), (EventFields.EventType, "view"),
            (EventFields.Timestamp, "2024-05-01T12:00:00Z"), (field, text),
        ];
        foreach (var (other, value) in fields)
        {
            row.Begin(other);
            row.Append(other, value);
        }

        return row;
    }
}
