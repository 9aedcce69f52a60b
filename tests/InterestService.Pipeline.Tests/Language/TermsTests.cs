using ICU4N.Text;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Tests.Language;

public sealed class TermsTests
{
    [Theory]
    [InlineData("WHITE HANGING HEART", new[] { "white", "hanging", "white hanging", "heart", "hanging heart" })]
    [InlineData("Bag of tea", new[] { "bag", "tea" })]
    [InlineData("Set of 3, 24 cm!", new string[0])]
    [InlineData("用户 兴趣", new[] { "用户", "兴趣", "用户 兴趣" })]
    [InlineData("CHILDREN'S cup cup", new[] { "children's", "cup", "children's cup", "cup cup" })]
    [InlineData("", new string[0])]
    public void Words_and_pairs_are_found(string text, string[] expected) => Assert.Equal(expected.Order(), Terms.Extract(text).Order());

    /// <summary>Every part between spaces is one term, whatever marks and joiners it contains.</summary>
    [Theory]
    [InlineData("नमस्ते दुनिया")] // Hindi
    [InlineData("वैज्ञानिक उपकरण")]
    [InlineData("বাংলা সাহিত্য")] // Bengali
    [InlineData("தமிழ்நாடு வரலாறு")] // Tamil
    [InlineData("తెలుగు వంటకాలు")] // Telugu
    [InlineData("كِتَابٌ جَمِيلٌ")] // Arabic with harakat
    [InlineData("سَيَّارَة سريعة")]
    [InlineData("סֵפֶר יְלָדִים")] // Hebrew with niqqud
    [InlineData("می‌خوانم کتاب‌ها")] // Persian with joiners
    [InlineData("phở bún thịt nướng")] // Vietnamese
    [InlineData("forêt précieuse naïveté")] // French
    [InlineData("자전거 헬멧")] // Korean
    [InlineData("Fahrradschlösser Kürbiskernöl Fußballschuhe")] // German
    [InlineData("Ελληνική κουζίνα")] // Greek
    [InlineData("велосипед шлем")] // Russian
    [InlineData("t-shirt noise-cancelling x11r5 o'clock")]
    public void Words_stay_whole_composed_or_not(string text)
    {
        string[] words = [.. Normalizer2.NFCInstance.Normalize(text).ToLowerInvariant().Split(' ')];
        foreach (var form in new[] { Normalizer2.NFCInstance, Normalizer2.NFDInstance })
            Assert.Equal(words.Order(StringComparer.Ordinal), Single(form.Normalize(text)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Decomposed_words_are_composed()
    {
        Assert.Contains("ph\u1edf", Terms.Extract("pho\u031b\u0309")); // o with horn and hook
        Assert.Contains("for\u00eat", Terms.Extract("fore\u0302t"));
    }

    [Theory]
    [InlineData("雨天登山鞋", "登山鞋")] // Chinese
    [InlineData("京都の紅葉ツアー", "紅葉")] // Japanese
    [InlineData("京都の紅葉ツアー", "ツアー")]
    [InlineData("หนังสือการ์ตูนญี่ปุ่น", "หนังสือ")] // Thai
    [InlineData("ປື້ມພາສາລາວ", "ລາວ")] // Lao
    [InlineData("សៀវភៅភាសាខ្មែរ", "សៀវភៅ")] // Khmer
    public void Dictionaries_find_words_without_spaces(string text, string word) => Assert.Contains(word, Terms.Extract(text));

    [Fact]
    public void Adjacent_words_without_spaces_make_a_pair_as_they_are_written() =>
        Assert.Contains("登山背包", Terms.Extract("登山背包"));

    [Theory]
    [InlineData("iPhone 15 Pro", "iphone 15")]
    [InlineData("C++ for beginners", "c++")]
    [InlineData("F# in depth", "f#")]
    [InlineData("R&D budgets", "r&d")]
    [InlineData("rock’n’roll party", "rock'n'roll")]
    [InlineData("İSTANBUL KIRTASİYE", "kırtasiye")]
    [InlineData("İSTANBUL KIRTASİYE", "istanbul")]
    [InlineData("Kırtasiye", "kırtasiye")]
    [InlineData("ΛΟΓΟΣ", "λογος")]
    [InlineData("soft\u00adware", "software")]
    [InlineData("\ufeffKayak", "kayak")]
    [InlineData("🏀 tickets", "🏀")]
    [InlineData("👨‍👩‍👧‍👦 picnic", "👨‍👩‍👧‍👦")]
    [InlineData("Trip to 🇧🇷", "🇧🇷")]
    [InlineData("☕️ time", "☕️")]
    public void Signs_that_belong_to_a_word_stay_with_it(string text, string word) => Assert.Contains(word, Terms.Extract(text));

    [Theory]
    [InlineData("I don't, can't and shouldn't, could've")]
    [InlineData("Re: Fwd: RE: you'll and they've")]
    [InlineData("a+b=c x#y")]
    [InlineData("3.5 1,000 1984 ٢٠٢٤")]
    [InlineData("a b c é ж 中 の क")]
    [InlineData("--- ... ___ ''' 🄰?! ™ © ►")]
    public void Fragments_function_words_and_numbers_are_no_terms(string text) => Assert.Empty(Terms.Extract(text));

    [Fact]
    public void Punctuation_separates_pairs() => Assert.DoesNotContain("tent boots", Terms.Extract("Tent, boots"));

    [Fact]
    public void Runs_that_are_no_words_are_left_out() => Assert.Empty(Terms.Extract(new string('x', 5000)));

    [Fact]
    public void Broken_text_is_split_as_far_as_it_goes() => Assert.Contains("kayak", Terms.Extract("\ud83d kayak \udc00"));

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        string[] texts = [.. Enumerable.Range(0, 2000).Select(n => $"登山背包{n} หนังสือการ์ตูน tent-{n} café nº{n}")];
        string[] one = [.. texts.Select(text => string.Join('|', Terms.Extract(text)))];
        string[] many = [.. texts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(text => string.Join('|', Terms.Extract(text)))];
        Assert.Equal(one, many);
    }

    private static IEnumerable<string> Single(string text) => Terms.Extract(text).Where(term => !term.Contains(' '));
}
