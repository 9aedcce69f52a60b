namespace InterestService.Pipeline.Events;

/// <summary>What the catalogue says of an item.</summary>
/// <param name="Title">Null when unknown.</param>
/// <param name="Categories">May be empty.</param>
public sealed record ItemDescription(string? Title, IReadOnlyList<string> Categories);
