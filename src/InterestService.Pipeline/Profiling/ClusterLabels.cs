namespace InterestService.Pipeline.Profiling;

/// <summary>Names clusters by their most distinctive categories or, without categories, terms.</summary>
internal static class ClusterLabels
{
    private const int Parts = 3;
    private const string Separator = " · ";

    /// <summary>Chooses one label for each cluster, all different.</summary>
    /// <param name="profiles">Profiles in order of priority; the largest cluster first.</param>
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
            // A name that repeats a word ("Bag" next to "Lunch Bag") adds little.
            string[] own = name.Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (own.Any(words.Contains)) continue;
            words.UnionWith(own);
            names.Add(Readable(own));
        }

        return names;
    }

    /// <summary>Returns the longer term in which a word mostly occurs: "water bottle" for "water".</summary>
    private static InterestShare Phrase(InterestShare term, IReadOnlyList<InterestShare> terms) =>
        terms.FirstOrDefault(other => other.Name != term.Name && other.Share >= term.Share / 2 && $" {other.Name} ".Contains($" {term.Name} ", StringComparison.Ordinal))
        ?? term;

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
    private static string Readable(string[] words)
    {
        bool uniform = !words.Any(word => word.Any(char.IsLower)) || !words.Any(word => word.Any(char.IsUpper));
        return string.Join(' ', uniform ? words.Select(word => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()) : words);
    }
}
