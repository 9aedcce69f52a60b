using System.Text;

namespace InterestService.Pipeline.Profiling;

/// <summary>Extracts words of titles and queries, for profiles and labels.</summary>
public static class Terms
{
    private static readonly HashSet<string> _stopWords = new(StringComparer.Ordinal)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "get", "how", "i", "if", "in", "into",
        "is", "it", "its", "my", "no", "not", "of", "on", "or", "our", "per", "set", "so", "that", "the", "their", "there", "this",
        "to", "up", "use", "using", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your",
        "der", "die", "das", "und", "de", "la", "le", "les", "et", "el", "los", "en", "del",
    };

    /// <summary>
    /// Returns the lower-case words of a text and its pairs of adjacent words ("lunch bag"), without duplicates. Words are runs of letters
    /// and digits with at least two characters and one letter; stop words are excluded and separate pairs.
    /// </summary>
    public static IReadOnlyCollection<string> Extract(string text)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        string? before = null;
        foreach (string word in Words(text))
        {
            bool isTerm = word.Length >= 2 && word.Any(char.IsLetter) && !_stopWords.Contains(word);
            if (isTerm)
            {
                terms.Add(word);
                if (before is not null) terms.Add($"{before} {word}");
            }

            before = isTerm ? word : null;
        }

        return terms;
    }

    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            // An apostrophe is part of its word: "children's".
            if (Rune.IsLetterOrDigit(rune) || (rune.Value is '\'' or '’' && word.Length > 0)) word.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (word.Length > 0)
            {
                yield return word.ToString().Trim('\'', '’');
                word.Clear();
            }
        }

        if (word.Length > 0) yield return word.ToString().Trim('\'', '’');
    }
}
