using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Tests.Events;

public sealed class ItemDescriptionTests
{
    [Theory]
    [InlineData("tea", true)]
    [InlineData("7", true)]
    [InlineData("-- 茶 --", true)]
    [InlineData("½", true)]
    [InlineData("🎂", true)]
    [InlineData(". ", false)]
    [InlineData("—?!…", false)]
    [InlineData("", false)]
    public void Punctuation_alone_is_no_text(string text, bool expected)
    {
        Assert.Equal(expected, ItemDescription.HasText(text));
        Assert.Equal(expected, ItemDescription.HasText(System.Text.Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected ? text : "", new ItemDescription(text, []).Text);
        Assert.Equal(expected ? $"{text}. tools" : "tools", new ItemDescription(text, ["tools"]).Text);
        Assert.Equal(expected ? $"a. tools. {text}" : "a. tools", new ItemDescription("a", ["tools"]) { Description = text }.Text);
    }
}
