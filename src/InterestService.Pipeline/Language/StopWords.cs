using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using ICU4N.Text;
using Lucene.Net.Analysis.Snowball;
using Microsoft.ML.Transforms.Text;

namespace InterestService.Pipeline.Language;

/// <summary>
/// The function words of about thirty languages, by the lists that Lucene.NET and ML.NET carry. Words of English are stop words everywhere, those of
/// other languages as well, unless they name something in English (<c>van</c>, <c>hat</c>, <c>sin</c>): these are stop words only where another
/// word of the text belongs to the same language. Thread-safe.
/// </summary>
internal static class StopWords
{
    /// <summary>Words of the lists that name things in English titles.</summary>
    private static readonly HashSet<string> _names =
    [
        .. """
            ai ale anti aura bald bare bat bet bill bin bland bra care design dig dock dog door dove eden elf email end era face fin fins fire folk font
            forms fun god gross gut ham hat hay hit inn interest ip lama lite logo man mange mate mayor media men mens mill mint mod modal oriental
            original pendant pie plus polo pot pour pro sale sans sea sedan sex sin ska solo son sons soy start store system tack tag tale tales tan tar
            tempo ton tons total usa van vice volt war wart zen
            """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>Beginnings of subject lines, and frequent words that the English lists lack.</summary>
    private const string Additional = """
        re fw fwd aw wg sv vs cc bcc
        anybody been doing get gets getting give gives go goes going gone got isn't just know knows let lets like likely look looking looks lot lots
        maybe need needs oh ok okay quite really said saw say saying says seen set shall simply sure take takes taking tell thank thanks think
        thinking though too tried try trying unless use used uses using want wants went whether would yeah yes yet
        """;

    /// <summary>Ends of contractions: <c>it'll</c>, <c>they've</c>.</summary>
    private static readonly string[] _endings = ["ll", "re", "ve"];

    private const ulong English = 1;

    /// <summary>Languages of each stop word, as bits: one of each list, and the lowest for those of English.</summary>
    private static readonly FrozenDictionary<string, ulong> _languages = Load();

    /// <summary>Returns the languages whose stop words occur in a text, as bits. A word that names something in English is no evidence.</summary>
    public static ulong LanguagesOf(IEnumerable<Word> words)
    {
        ulong languages = 0;
        foreach (Word word in words)
            if (!_names.Contains(word.Text) && _languages.TryGetValue(Bare(word.Text), out ulong bits) && (bits & English) == 0) languages |= bits;
        return languages;
    }

    /// <summary>Whether a word is a stop word in a text of the given languages.</summary>
    /// <param name="word">In lower case and NFC.</param>
    /// <param name="languages">From <see cref="LanguagesOf"/>.</param>
    public static bool Contains(string word, ulong languages) =>
        IsListed(word, languages) || (word.AsSpan().IndexOfAny('\'', '-', '.') > 0 && word.Split('\'', '-', '.').All(part => IsFragment(part, languages)));

    private static bool IsListed(string word, ulong languages) =>
        _languages.TryGetValue(Bare(word), out ulong bits) && (!_names.Contains(word) || (bits & languages) != 0);

    /// <summary>Whether a part of a compound means nothing by itself: of <c>qu'il</c>, <c>i.e</c>, <c>she'll</c> all parts are such.</summary>
    private static bool IsFragment(string part, ulong languages) => part.Length < 2 || _endings.Contains(part) || IsListed(part, languages);

    private static FrozenDictionary<string, ulong> Load()
    {
        var words = new Dictionary<string, ulong>(StringComparer.Ordinal);
        Add(Additional, English);
        int list = 0;
        foreach (Assembly library in new[] { typeof(SnowballFilter).Assembly, typeof(StopWordsRemovingEstimator).Assembly })
        {
            foreach (string name in library.GetManifestResourceNames().Where(IsList).Order(StringComparer.Ordinal))
            {
                using var reader = new StreamReader(library.GetManifestResourceStream(name)!);
                // Lucene's list for Chinese, Japanese and Korean is one of English.
                bool english = name.Contains("english", StringComparison.OrdinalIgnoreCase) || name.Contains(".Cjk.", StringComparison.Ordinal);
                Add(reader.ReadToEnd(), english ? English : 1UL << ++list);
            }
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(string list, ulong language)
        {
            foreach (string line in list.Split('\n'))
                foreach (string word in line.Split('#', '|')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                    foreach (string spelling in Spellings(Bare(WordSegmenter.Normalize(word).Replace('\u2019', '\''))))
                        words[spelling] = words.GetValueOrDefault(spelling) | language;
        }
    }

    private static bool IsList(string resource) =>
        resource.EndsWith("stopwords.txt", StringComparison.Ordinal) || resource.EndsWith("_stop.txt", StringComparison.Ordinal)
        || resource.Contains(".StopWords.", StringComparison.Ordinal);

    /// <summary>Returns a word, and a negation also without its apostrophe: <c>don't</c>, <c>dont</c>.</summary>
    private static string[] Spellings(string word) => word.EndsWith("n't", StringComparison.Ordinal) ? [word, word.Replace("'", "")] : [word];

    /// <summary>
    /// Writes a word as the lists do: Greek without accents and final sigma, Hebrew and Arabic without vowel signs, Persian with the letters that it
    /// shares with Arabic.
    /// </summary>
    private static string Bare(string word)
    {
        if (word.Length == 0 || word[0] is < '\u0370' or > '\u06ff' or (> '\u03ff' and < '\u0590')) return word;
        if (word[0] <= '\u03ff') word = Normalizer2.NFDInstance.Normalize(word);
        word = string.Concat(word.Where(character => char.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark));
        return word.Replace('ς', 'σ').Replace('ی', 'ي').Replace('ک', 'ك');
    }
}
