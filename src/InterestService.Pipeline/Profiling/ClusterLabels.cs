using System.Text;
using InterestService.Pipeline.Language;

namespace InterestService.Pipeline.Profiling;

/// <summary>Names clusters by their most distinctive categories or, without categories, terms.</summary>
/// <param name="forms">Tells which words are forms of one.</param>
internal sealed class ClusterLabels(WordForms forms)
{
    private const int Parts = 3;
    private const string Separator = " · ";

    /// <summary>Characters of the longest title that is a name; longer ones are texts.</summary>
    private const int MaxTitleLength = 80;

    /// <summary>Chooses one label for each cluster, all different.</summary>
    /// <param name="profiles">Profiles in order of priority; the largest cluster first.</param>
    public string[] Choose(IReadOnlyList<ClusterProfile> profiles)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. profiles.Select(profile => Unique(Candidates(profile), taken))];
    }

    private List<string> Candidates(ClusterProfile profile)
    {
        var names = new List<string>();
        var used = new List<string>();
        var titles = profile.TopItems.Select(item => item.Title ?? item.ItemId).Where(title => title.Length <= MaxTitleLength);
        var parts = profile.TopCategories.Select(category => category.Name)
            .Concat(profile.TopTerms.SelectMany(term => new[] { Phrase(term, profile.TopTerms).Name, term.Name }))
            .Select(name => (name, Readable(name)))
            .Concat(titles.Select(title => (title, title.Any(char.IsLower) ? title : Readable(title)))); // a sentence stays as it is
        foreach (var (name, shown) in parts.Where(part => !string.IsNullOrWhiteSpace(part.Item1)))
        {
            // A name that repeats a word ("Bags" next to "Lunch Bag") adds little.
            string[] words = [.. Terms.Words(name).DefaultIfEmpty(name.ToLowerInvariant())];
            if (words.Any(word => used.Any(other => forms.Same(word, other)))) continue;
            used.AddRange(words);
            names.Add(shown);
        }

        return names;
    }

    /// <summary>Returns the longer term in which a word mostly occurs: "water bottle" for "water".</summary>
    private static InterestShare Phrase(InterestShare term, IReadOnlyList<InterestShare> terms) =>
        terms.FirstOrDefault(other => other.Name != term.Name && other.Share >= term.Share / 2 && Terms.Words(other.Name).Contains(term.Name)) ?? term;

    private static string Unique(List<string> names, HashSet<string> taken)
    {
        for (int shift = 0; shift + Parts <= names.Count || shift == 0; shift++)
        {
            // The first names stay and the last one is replaced by the next: clusters with the same label differ there.
            string[] parts = [.. names.Take(Parts - 1), .. names.Skip(Parts - 1 + shift).Take(1)];
            string label = parts.Length == 0 ? "No common interest" : string.Join(Separator, parts);
            if (taken.Add(label)) return label;
        }

        string last = names.Count == 0 ? "No common interest" : string.Join(Separator, names.Take(Parts));
        for (int number = 2; ; number++)
        {
            string label = $"{last} ({number})";
            if (taken.Add(label)) return label;
        }
    }

    /// <summary>Capitalises each word of a name in upper or lower case only; a name in mixed case does not change.</summary>
    private static string Readable(string name)
    {
        string[] words = name.Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool uniform = !name.Any(char.IsLower) || !name.Any(char.IsUpper);
        return string.Join(' ', uniform ? words.Select(Capitalise) : words);
    }

    private static string Capitalise(string word)
    {
        Rune first = Rune.GetRuneAt(word, 0);
        return Rune.ToUpperInvariant(first) + word[first.Utf16SequenceLength..].ToLowerInvariant();
    }
}
