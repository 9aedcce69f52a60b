using System.Text;
using ICU4N;
using ICU4N.Text;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Language;

/// <summary>
/// Unites the spellings of a category. Names that are canonically equal, or differ only in case, white space or invisible characters, are one
/// category, which is called by its most frequent spelling. Thread-safe.
/// </summary>
public static class CategoryNames
{
    /// <summary>Computes what all spellings of a category have in common; empty for a name without any visible character.</summary>
    public static string Key(string name)
    {
        string folded = Normalizer2.NFCInstance.Normalize(UChar.FoldCase(Clean(name), true).Replace("\u200c", "").Replace("\u200d", ""));
        // With and without the dot: the capitals of a Turkish name do not tell which of the two was meant.
        return folded.Replace("i\u0307", "i").Replace('ı', 'i');
    }

    /// <summary>Chooses the spelling of each category.</summary>
    /// <param name="names">Names of the categories of each item or event.</param>
    /// <returns>By key, the most frequent spelling, of equally frequent ones the first; without invisible characters.</returns>
    public static IReadOnlyDictionary<string, string> Choose(IEnumerable<string> names)
    {
        var spellings = names.CountBy(name => name, StringComparer.Ordinal) // cleans each different name once
            .GroupBy(name => Clean(name.Key), name => name.Value, StringComparer.Ordinal)
            .Select(spelling => (Name: spelling.Key, Count: spelling.Sum()));
        return spellings.GroupBy(spelling => Key(spelling.Name), StringComparer.Ordinal)
            .Where(category => category.Key.Length > 0)
            .ToDictionary(category => category.Key, category => category.MaxBy(spelling => spelling.Count).Name, StringComparer.Ordinal);
    }

    /// <summary>Calls the categories of all items by their chosen spelling, each once an item.</summary>
    public static IReadOnlyList<ItemDescription> Unite(IReadOnlyList<ItemDescription> catalogue)
    {
        var keys = catalogue.SelectMany(item => item.Categories).Distinct(StringComparer.Ordinal).ToDictionary(name => name, Key, StringComparer.Ordinal);
        var spellings = Choose(catalogue.SelectMany(item => item.Categories));
        return [.. catalogue.Select(item =>
        {
            string[] united = [.. item.Categories.Select(name => keys[name]).Where(key => key.Length > 0).Distinct().Select(key => spellings[key])];
            return united.SequenceEqual(item.Categories, StringComparer.Ordinal) ? item : item with { Categories = united };
        })];
    }

    /// <summary>Returns a name in NFC, with single spaces and without invisible characters, except the joiners of scripts that need them.</summary>
    internal static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (Rune rune in Normalizer2.NFCInstance.Normalize(name).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) clean.Append(clean.Length > 0 && clean[^1] != ' ' ? " " : "");
            else if (!WordSegmenter.IsInvisible(rune)) clean.Append(rune);
        }

        return clean.ToString().TrimEnd(' ');
    }
}
