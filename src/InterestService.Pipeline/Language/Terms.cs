using System.Globalization;
using System.Text;

namespace InterestService.Pipeline.Language;

/// <summary>Extracts the terms of titles and queries, for profiles, labels and interests. Thread-safe.</summary>
public static class Terms
{
    /// <summary>Characters of the longest word; a longer run is an encoded file or an address, not a word.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// Returns the words of a text and its pairs of adjacent words ("lunch bag"), in lower case and without duplicates. A word has at least two
    /// letters or digits, one of them a letter, or is an emoji. Stop words and units ("24 cm") are excluded and separate pairs, as punctuation does;
    /// a number is a term only as the second of a pair ("iphone 15").
    /// </summary>
    public static IReadOnlyCollection<string> Extract(string text)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        string normalized = WordSegmenter.Normalize(text);
        var words = WordSegmenter.Split(normalized);
        ulong languages = StopWords.LanguagesOf(words);
        Word? before = null;
        bool afterNumber = false;
        foreach (Word word in words)
        {
            bool unit = afterNumber && word.Text.Length <= 2;
            afterNumber = word.Kind == WordKind.Number;
            bool content = !afterNumber && !unit && word.Text.Length is > 0 and <= MaxLength && !StopWords.Contains(word.Text, languages);
            if (content && IsTerm(word)) terms.Add(word.Text);
            if (before is { } first && (content || afterNumber) && Pair(normalized, first, word) is { } pair) terms.Add(pair);
            before = content && IsFirst(word) ? word : null;
        }

        return terms;
    }

    /// <summary>Returns the words of a name with at least two letters or digits that are not stop words, in lower case.</summary>
    internal static IEnumerable<string> Words(string name)
    {
        var words = WordSegmenter.Split(WordSegmenter.Normalize(name.Replace('_', ' ')));
        ulong languages = StopWords.LanguagesOf(words);
        return words.Where(word => word.Kind != WordKind.Number && IsTerm(word) && !StopWords.Contains(word.Text, languages)).Select(word => word.Text);
    }

    private static bool IsTerm(Word word)
    {
        if (word.Kind == WordKind.Emoji) return true;
        // A spacing mark is written like a letter of its own, other marks are parts of their letter.
        int letters = 0, characters = 0;
        foreach (Rune rune in word.Text.EnumerateRunes())
        {
            if (Rune.IsLetter(rune)) letters++;
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '+' or '#' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpacingCombiningMark) characters++;
        }

        return letters >= 1 && characters >= 2;
    }

    /// <summary>Whether a pair can begin with a word: a single Han character can be the first of a compound, a single kana is a particle.</summary>
    private static bool IsFirst(Word word) =>
        word.Kind switch
        {
            WordKind.Ideographs => word.Text.Length > 1 || word.Text[0] > '\u30ff',
            WordKind.Letters => IsTerm(word),
            _ => false,
        };

    /// <summary>Returns two words as they stand in the text, or null where more than white space separates them.</summary>
    private static string? Pair(string normalized, Word first, Word second)
    {
        if (second.Kind == WordKind.Number ? first.Kind != WordKind.Letters : !IsFirst(second)) return null;
        if (first.End == second.Start) return first.Text + second.Text;
        return normalized.AsSpan(first.End, second.Start - first.End).IsWhiteSpace() ? $"{first.Text} {second.Text}" : null;
    }
}
