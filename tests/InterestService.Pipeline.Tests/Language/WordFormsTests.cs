using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Tests.Language;

public sealed class WordFormsTests
{
    private readonly WordForms _forms = new();

    [Theory]
    [InlineData("kayak", "kayaks")]
    [InlineData("berry", "berries")]
    [InlineData("box", "boxes")]
    [InlineData("runner", "runner's")]
    [InlineData("paddle", "paddling")]
    [InlineData("schloss", "schlosses")]
    [InlineData("knife", "knives")]
    [InlineData("scarf", "scarves")]
    [InlineData("woman", "women")]
    [InlineData("mouse", "mice")]
    [InlineData("bücher", "buch")]
    [InlineData("cheval", "chevaux")]
    [InlineData("canción", "canciones")]
    [InlineData("книга", "книги")]
    [InlineData("किताब", "किताबें")]
    [InlineData("ποδήλατο", "ποδήλατα")]
    public void Forms_of_a_word_are_the_same(string word, string other) => Assert.True(_forms.Same(word, other));

    [Theory]
    [InlineData("tent", "boots")]
    [InlineData("car", "cat")]
    [InlineData("baseball", "basement")]
    [InlineData("us", "use")]
    public void Other_words_are_not(string word, string other) => Assert.False(_forms.Same(word, other));

    [Fact]
    public void Of_several_forms_the_first_stays() =>
        Assert.Equal(["bags", "lunch bags", "box"], _forms.OneEach(["bags", "bag", "lunch bags", "box", "lunch bag", "boxes", "red boxes"]));
}
