using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Tests.Language;

public sealed class TermsTests
{
    [Theory]
    [InlineData("WHITE HANGING HEART", new[] { "white", "hanging", "white hanging", "heart", "hanging heart" })]
    [InlineData("Bag of tea", new[] { "bag", "tea" })]
    [InlineData("Set of 3, 24 cm!", new[] { "cm" })]
    [InlineData("用户 兴趣", new[] { "用户", "兴趣", "用户 兴趣" })]
    [InlineData("CHILDREN'S cup cup", new[] { "children's", "cup", "children's cup", "cup cup" })]
    [InlineData("", new string[0])]
    public void Words_and_pairs_are_found(string text, string[] expected) => Assert.Equal(expected.Order(), Terms.Extract(text).Order());
}
