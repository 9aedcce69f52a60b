using InterestService.Pipeline.Events;
using InterestService.Pipeline.Tests.Events;

namespace InterestService.Pipeline.Tests;

public sealed class EncoderChoiceTests
{
    [Fact]
    public void Users_with_items_in_common_are_encoded_by_communities()
    {
        var choice = EncoderChoice.Of("auto", TestEvents.Blocks(3, 20, 10, 6, seed: 1), titles: true);
        Assert.Equal("communities", choice.Encoder);
        Assert.StartsWith("100 % of the events", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_of_one_user_each_are_read_by_their_texts()
    {
        var log = Log([.. Enumerable.Range(0, 60).Select(post => ($"u{post / 4}", (string?)$"post {post}", (string?)null)), ("u0", "shared", null), ("u1", "shared", null)]);
        var choice = EncoderChoice.Of("auto", log, titles: true);
        Assert.Equal("text", choice.Encoder);
        Assert.StartsWith("Only 3 % of the events", choice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_that_one_user_repeats_is_not_common() =>
        Assert.Equal("text", EncoderChoice.Of("auto", Log([("a", "x", null), ("a", "x", null), ("b", "y", null)]), titles: true).Encoder);

    [Fact]
    public void Searches_without_items_are_read_as_texts_and_other_events_without_items_do_not_count()
    {
        var searches = Log([("a", "x", null), ("a", null, "tents"), ("b", null, "boots"), ("b", "x", null), ("c", null, "tents"), ("c", null, "stoves")]);
        Assert.Equal("text", EncoderChoice.Of("auto", searches, titles: false).Encoder);
        var visits = Log([("a", "x", null), ("a", null, null), ("b", null, null), ("b", "x", null), ("c", null, null), ("c", null, null)]);
        Assert.Equal("communities", EncoderChoice.Of("auto", visits, titles: false).Encoder);
    }

    [Fact]
    public void Without_any_text_items_decide_even_if_nobody_shares_them() =>
        Assert.Equal("communities", EncoderChoice.Of("auto", Log([("a", "x", null), ("a", "y", null)]), titles: false).Encoder);

    [Fact]
    public void A_named_encoder_is_taken() => Assert.Equal("svd", EncoderChoice.Of("svd", Log([("a", "x", null)]), titles: true).Encoder);

    private static EventLog Log(IReadOnlyList<(string User, string? Item, string? Query)> events)
    {
        var builder = new EventLogBuilder();
        foreach (var (user, item, query) in events.OrderBy(e => e.User, StringComparer.Ordinal)) builder.Add(user, item, "post", 0, query);
        return builder.Build();
    }
}
