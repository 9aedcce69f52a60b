namespace InterestService.Pipeline.Meaning;

/// <summary>
/// Compares names of event types by their letters, digits and signs, and regular English verbs by their stem: <c>thumbsDown</c>,
/// <c>Thumbs Down</c> and <c>thumbs_down</c> are one type, and so are <c>cancel</c>, <c>cancels</c>, <c>canceled</c> and <c>cancelled</c>.
/// </summary>
public sealed class EventTypeNames : IEqualityComparer<string>
{
    private const int MinStem = 3;

    private EventTypeNames()
    {
    }

    public static EventTypeNames Comparer { get; } = new();

    public bool Equals(string? x, string? y) => x is null || y is null ? x == y : Normalize(x) == Normalize(y);

    public int GetHashCode(string obj) => Normalize(obj).GetHashCode(StringComparison.Ordinal);

    private static string Normalize(string name) =>
        Stem(string.Concat(name.Where(c => c is not ('_' or '-' or '.' or ':') && !char.IsWhiteSpace(c))).ToLowerInvariant());

    /// <summary>Removes the ending of the third person or of the past, and what spelling changes before it.</summary>
    private static string Stem(string name)
    {
        if (name.Length > MinStem && name.EndsWith('s') && !name.EndsWith("ss", StringComparison.Ordinal)) name = name[..^1];
        if (name.Length > MinStem + 1 && name.EndsWith("ed", StringComparison.Ordinal)) name = name[..^2];
        else if (name.Length > MinStem && name.EndsWith('e')) name = name[..^1];
        if (name.Length > MinStem && name[^1] == name[^2]) name = name[..^1];
        return name.EndsWith('y') ? $"{name[..^1]}i" : name;
    }
}
