using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.En;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Tartarus.Snowball;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace InterestService.Pipeline.Language;

/// <summary>
/// Tells whether two words are forms of one, such as a singular and its plural: whether any of Lucene's stemmers gives both the same stem. The
/// language of a word is not known; that of another language now and then joins two different words. Not thread-safe.
/// </summary>
public sealed class WordForms
{
    private const int MinLength = 3;

    private readonly SnowballProgram[] _snowball =
    [
        new EnglishStemmer(), new GermanStemmer(), new German2Stemmer(), new FrenchStemmer(), new SpanishStemmer(), new ItalianStemmer(),
        new PortugueseStemmer(), new DutchStemmer(), new DanishStemmer(), new NorwegianStemmer(), new SwedishStemmer(), new FinnishStemmer(),
        new HungarianStemmer(), new RomanianStemmer(), new CatalanStemmer(), new TurkishStemmer(), new RussianStemmer(),
    ];

    private readonly Func<char[], int, int>[] _light =
    [
        new EnglishMinimalStemmer().Stem, new GreekStemmer().Stem, new BulgarianStemmer().Stem, new CzechStemmer().Stem, new HindiStemmer().Stem,
    ];

    /// <summary>Irregular plurals of English, which no stemmer knows, besides those that <see cref="Singular"/> forms by rule.</summary>
    private static readonly Dictionary<string, string> _irregular = new(StringComparer.Ordinal)
    {
        ["children"] = "child",
        ["feet"] = "foot",
        ["geese"] = "goose",
        ["mice"] = "mouse",
        ["people"] = "person",
        ["teeth"] = "tooth",
    };

    private readonly Dictionary<string, string[]> _stems = new(StringComparer.Ordinal);

    /// <summary>Whether two words in lower case are the same or forms of one.</summary>
    public bool Same(string word, string other) =>
        word == other || Stems(word).Zip(Stems(other)).Any(pair => pair.First.Length >= MinLength && pair.First == pair.Second);

    /// <summary>Returns those of some terms, in their order, of which no word is another form of a word before: "bag", "lunch bag", but not "bags".</summary>
    public IEnumerable<string> OneEach(IEnumerable<string> terms)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (string term in terms)
        {
            string[] words = term.Split(' ');
            if (words.Any(word => !used.Contains(word) && used.Any(other => Same(word, other)))) continue;
            used.UnionWith(words);
            yield return term;
        }
    }

    private string[] Stems(string word)
    {
        if (!_stems.TryGetValue(word, out string[]? stems))
            _stems.Add(word, stems = [Singular(word), .. _snowball.Select(stemmer => Stem(stemmer, word)), .. _light.Select(stem => Stem(stem, word))]);
        return stems;
    }

    /// <summary>Writes shelves and shelf, knives and knife, women and woman the same.</summary>
    private static string Singular(string word) =>
        _irregular.TryGetValue(word, out string? singular) ? singular
        : word.EndsWith("ves", StringComparison.Ordinal) ? $"{word[..^3]}f"
        : word.EndsWith("fe", StringComparison.Ordinal) ? word[..^1]
        : word.EndsWith("men", StringComparison.Ordinal) ? $"{word[..^3]}man"
        : word;

    private static string Stem(SnowballProgram stemmer, string word)
    {
        stemmer.SetCurrent(word);
        stemmer.Stem();
        return stemmer.Current;
    }

    private static string Stem(Func<char[], int, int> stem, string word)
    {
        char[] characters = word.ToCharArray();
        return new string(characters, 0, stem(characters, characters.Length));
    }
}
