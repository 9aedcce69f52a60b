namespace InterestService.Pipeline.Meaning;

/// <summary>
/// Compares names of event types by their letters, digits and signs alone: <c>thumbsDown</c>, <c>Thumbs Down</c> and <c>thumbs_down</c> are one
/// type.
/// </summary>
public sealed class EventTypeNames : IEqualityComparer<string>
{
    private EventTypeNames()
    {
    }

    public static EventTypeNames Comparer { get; } = new();

    public bool Equals(string? x, string? y) => x is null || y is null ? x == y : Normalize(x) == Normalize(y);

    public int GetHashCode(string obj) => Normalize(obj).GetHashCode(StringComparison.Ordinal);

    private static string Normalize(string name) =>
        string.Concat(name.Where(c => c is not ('_' or '-' or '.' or ':') && !char.IsWhiteSpace(c))).ToLowerInvariant();
}
