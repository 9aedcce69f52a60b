namespace InterestService.Pipeline.Profiling;

/// <summary>Names clusters after their most telling categories or, where the catalogue has none, terms.</summary>
internal static class ClusterLabels
{
    private const int Parts = 3;
    private const string Separator = " · ";

    /// <summary>One label a cluster, all different.</summary>
    /// <param name="profiles">Profiles in the order in which they choose; the largest cluster first.</param>
    public static string[] Choose(IReadOnlyList<ClusterProfile> profiles)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. profiles.Select(profile => Unique(Candidates(profile), taken))];
    }

    private static List<string> Candidates(ClusterProfile profile)
    {
        var names = new List<string>();
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var parts = profile.TopCategories
            .Concat(profile.TopTerms.Select(term => Phrase(term, profile.TopTerms)))
            .Concat(profile.TopItems.Select(item => new InterestShare(item.Title ?? item.ItemId, item.Lift, item.Share)));
        foreach (string name in parts.Select(part => part.Name))
        {
            // A name that says a word again ("Bag" beside "Lunch Bag") says little more.
            string[] own = name.Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (own.Any(words.Contains)) continue;
            words.UnionWith(own);
            names.Add(Readable(own));
        }

        return names;
    }

    /// <summary>The longer term that a word mostly stands in: "water" means "water bottle" to these users.</summary>
    private static InterestShare Phrase(InterestShare term, IReadOnlyList<InterestShare> terms) =>
        terms.FirstOrDefault(other => other.Name != term.Name && other.Share >= term.Share / 2 && $" {other.Name} ".Contains($" {term.Name} ", StringComparison.Ordinal))
        ?? term;

    private static string Unique(List<string> names, HashSet<string> taken)
    {
        for (int shift = 0; shift + Parts <= names.Count || shift == 0; shift++)
        {
            // The first names stay, the last one moves on: clusters with the same label differ in what comes next.
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

    /// <summary>A capital at the start of each word of a name that is all capitals or all small; others stand as they are.</summary>
    private static string Readable(string[] words)
    {
        bool uniform = !words.Any(word => word.Any(char.IsLower)) || !words.Any(word => word.Any(char.IsUpper));
        return string.Join(' ', uniform ? words.Select(word => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()) : words);
    }
}
