using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Tests.Meaning;

public sealed class EventTypeNamesTests
{
    [Theory]
    [InlineData("cancel", "Cancelled")]
    [InlineData("cancel", "canceled")]
    [InlineData("return", "returned")]
    [InlineData("refund", "REFUNDS")]
    [InlineData("drop", "dropped")]
    [InlineData("unsubscribe", "unsubscribed")]
    [InlineData("dislike", "dislikes")]
    [InlineData("purchase", "purchased")]
    [InlineData("reply", "replied")]
    [InlineData("dismiss", "dismissed")]
    [InlineData("rate", "rated")]
    [InlineData("order_cancel", "orderCancelled")]
    [InlineData("thumbs_down", "Thumbs Down")]
    public void Spellings_and_forms_of_a_verb_are_one_type(string type, string other)
    {
        Assert.Equal(type, other, EventTypeNames.Comparer);
        Assert.Equal(EventTypeNames.Comparer.GetHashCode(type), EventTypeNames.Comparer.GetHashCode(other));
    }

    [Theory]
    [InlineData("like", "unlike")]
    [InlineData("rate", "rating")]
    [InlineData("book", "bookmark")]
    [InlineData("post", "report")]
    [InlineData("view", "review")]
    public void Other_types_are_others(string type, string other) => Assert.NotEqual(type, other, EventTypeNames.Comparer);

    [Fact]
    public void Every_default_type_has_a_meaning_of_its_own()
    {
        // enrol and enroll are one type and have one weight.
        var types = EventMeanings.DefaultWeights.Keys.Except(["enrol"]).ToList();
        Assert.Equal(types.Count, types.Distinct(EventTypeNames.Comparer).Count());
    }
}
