namespace InterestService.Pipeline.Events;

/// <summary>What the catalogue says of an item.</summary>
/// <param name="Title">Null when unknown.</param>
/// <param name="Categories">May be empty.</param>
public sealed record ItemDescription(string? Title, IReadOnlyList<string> Categories)
{
    /// <summary>The title and the categories as one text; empty when there is neither.</summary>
    public string Text => string.Join(". ", new[] { Title, string.Join(", ", Categories) }.Where(part => !string.IsNullOrWhiteSpace(part)));
}
