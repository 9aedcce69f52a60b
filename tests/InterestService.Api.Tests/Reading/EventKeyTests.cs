using System.Text;
using InterestService.Api.Reading;

namespace InterestService.Api.Tests.Reading;

public sealed class EventKeyTests
{
    [Fact]
    public void Without_an_id_item_type_time_and_query_are_the_identity()
    {
        var key = Key("i", "view", 1, "q");
        Assert.Equal(key, Key("i", "view", 1, "q"));
        string[] others = [Key("j", "view", 1, "q"), Key("i", "cart", 1, "q"), Key("i", "view", 2, "q"), Key("i", "view", 1, "")];
        Assert.DoesNotContain(key, others);
        Assert.Equal(4, others.Distinct().Count());
    }

    [Fact]
    public void With_an_id_only_the_id_is_the_identity()
    {
        Assert.Equal(Key("i", "view", 1, "", "e"), Key("j", "cart", 2, "q", "e"));
        Assert.NotEqual(Key("i", "view", 1, "", "e"), Key("i", "view", 1, "", "f"));
        Assert.NotEqual(Key("", "", 0, "", "e"), Key("e", "", 0, ""));
    }

    [Fact]
    public void Boundaries_between_parts_are_significant() => Assert.NotEqual(Key("ab", "c", 1, ""), Key("a", "bc", 1, ""));

    [Fact]
    public void All_bytes_of_long_parts_are_significant() =>
        Assert.NotEqual(Key("i", "view", 1, new string('q', 4000) + "a"), Key("i", "view", 1, new string('q', 4000) + "b"));

    [Fact]
    public void Keys_are_stable_across_versions()
    {
        Assert.Equal("F93CA8B03AD841F9969D60CAE16DB98B", Key("b", "view", 757_382_400_000_000, ""));
    }

    private static string Key(string item, string type, long time, string query, string id = "")
    {
        var e = new CheckedEvent
        {
            ItemId = Encoding.UTF8.GetBytes(item),
            EventType = Encoding.UTF8.GetBytes(type),
            OccurredAt = time,
            Query = Encoding.UTF8.GetBytes(query),
            EventId = Encoding.UTF8.GetBytes(id),
        };
        var key = new byte[EventKey.Bytes];
        EventKey.Write(e, key);
        return Convert.ToHexString(key);
    }
}
