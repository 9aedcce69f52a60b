using System.Globalization;

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
        foreach (var part in profile.TopCategories.Concat(profile.TopTerms).Concat(
            profile.TopItems.Select(item => new InterestShare(item.Title ?? item.ItemId, item.Lift, item.Share))))
        {
            string name = Readable(part.Name);
            // "Bag" beside "Lunch Bag" says nothing more.
            if (!names.Any(other => Contains(other, name) || Contains(name, other))) names.Add(name);
        }

        return names;
    }

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

    private static bool Contains(string name, string words) => $" {name} ".Contains($" {words} ", StringComparison.OrdinalIgnoreCase);

    /// <summary>Capitals at the start of words for names that are all capitals or all small; others stand as they are.</summary>
    private static string Readable(string name)
    {
        string trimmed = name.Trim();
        bool uniform = !trimmed.Any(char.IsLower) || !trimmed.Any(char.IsUpper);
        return uniform ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(trimmed.ToLowerInvariant()) : trimmed;
    }
}
