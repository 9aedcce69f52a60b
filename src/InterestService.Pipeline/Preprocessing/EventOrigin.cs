namespace InterestService.Pipeline.Preprocessing;

/// <summary>Where an event comes from.</summary>
/// <param name="Source">As the caller names it; null: not said.</param>
/// <param name="FromRecommendation">Whether it followed from a recommendation.</param>
public readonly record struct EventOrigin(string? Source, bool FromRecommendation);
