using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Tests.Language;

public sealed class StopWordsTests
{
    [Theory]
    [InlineData("the whereas themselves")] // English
    [InlineData("nicht zwischen während")] // German
    [InlineData("avec nous était")] // French
    [InlineData("donde nosotros también")] // Spanish
    [InlineData("della perché quello")] // Italian
    [InlineData("também quando você")] // Portuguese
    [InlineData("niet onder zonder")] // Dutch
    [InlineData("inte mellan också")] // Swedish
    [InlineData("että mutta minun")] // Finnish
    [InlineData("hogy csak között")] // Hungarian
    [InlineData("jestem dlaczego każdy")] // Polish
    [InlineData("který jejich nebo")] // Czech
    [InlineData("için değil gibi")] // Turkish
    [InlineData("yang adalah apakah")] // Indonesian
    [InlineData("что когда чтобы")] // Russian
    [InlineData("като между само")] // Bulgarian
    [InlineData("από και αυτός")] // Greek
    [InlineData("على إلى فِي")] // Arabic, with and without vowel signs
    [InlineData("برای این که")] // Persian
    [InlineData("और लेकिन नहीं")] // Hindi
    public void Function_words_are_no_terms(string text) => Assert.Empty(Terms.Extract(text));

    [Theory]
    [InlineData("War on terror", "war")]
    [InlineData("Das Haus war nicht alt", "haus")]
    [InlineData("Men hat", "hat")]
    [InlineData("Vin sans alcool pour les amis", "alcool")]
    public void Content_words_stay(string text, string word) => Assert.Contains(word, Terms.Extract(text));

    /// <summary>"war" and "hat" name things in English and are function words of German.</summary>
    [Theory]
    [InlineData("Das Haus war nicht alt", "war")]
    [InlineData("Der Hund hat einen Ball", "hat")]
    [InlineData("Café sin azúcar para todos", "sin")]
    public void A_word_of_two_languages_is_judged_by_its_text(string text, string word) => Assert.DoesNotContain(word, Terms.Extract(text));
}
