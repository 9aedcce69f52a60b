using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Streams;

namespace InterestService.Api.Tests.Streams;

public sealed class MessageReaderTests
{
    private readonly MessageReader _reader = new();

    [Theory]
    [InlineData("""{"userId":"u1","tags":[{"a":[1]}]}""", """u1:{"userId":"u1","tags":[{"a":[1]}]}""")]
    [InlineData("""[{"userId":"u1"}]""", """u1:{"userId":"u1"}""")]
    [InlineData(""" [ {"userId":"é"} ,[2,[3]],null, { "userId" : "u\u0033" } ] """, """é:{"userId":"é"} :[2,[3]] :null u3:{ "userId" : "u\u0033" }""")]
    [InlineData("[]", "")]
    public void Rows_are_read_with_their_text(string message, string rows)
    {
        for (int round = 0; round < 2; round++)
        {
            Assert.Null(_reader.Open(Encoding.UTF8.GetBytes(message)));
            var found = new List<string>();
            while (_reader.Read()) found.Add($"{Encoding.UTF8.GetString(_reader.Row[EventFields.UserId])}:{Encoding.UTF8.GetString(_reader.CopyText())}");
            Assert.Equal(rows, string.Join(' ', found));
        }
    }

    [Fact]
    public void Faults_have_the_index_of_the_row_in_its_message()
    {
        Assert.Null(_reader.Open("""[{"userId":"u1"},{"userId":"u2"}]"""u8.ToArray()));
        Assert.True(_reader.Read());
        Assert.Null(_reader.Open("""[{"userId":"u3"},4]"""u8.ToArray()));
        Assert.True(_reader.Read());
        Assert.Null(_reader.Fault);
        Assert.True(_reader.Read());
        Assert.Equal(new RowError(1, null, "A row must be an object; found the number 4."), _reader.Fault);
        Assert.False(_reader.Read());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'[', (byte)'"', 0xFF, (byte)'"', (byte)']' }, "in UTF-8")]
    [InlineData(new byte[] { (byte)'{', (byte)'}', (byte)'{', (byte)'}' }, "line 1, byte 3")]
    [InlineData(new byte[] { (byte)'1' }, "a single value")]
    public void A_message_that_is_neither_an_event_nor_an_array_is_refused_as_a_whole(byte[] message, string fault) =>
        Assert.Contains(fault, _reader.Open(message), StringComparison.Ordinal);

    [Fact]
    public void A_message_after_a_refused_one_is_read_from_its_beginning()
    {
        Assert.NotNull(_reader.Open("[{"u8.ToArray()));
        Assert.Null(_reader.Open("""{"userId":"u1"}"""u8.ToArray()));
        Assert.True(_reader.Read());
        Assert.False(_reader.Read());
    }
}
