namespace InterestService.Pipeline.Events;

/// <summary>The scale of the ratings of one type from one source.</summary>
/// <param name="Source">The source; null: ratings that name none.</param>
/// <param name="EventType">The type.</param>
/// <param name="Low">The worst value.</param>
/// <param name="High">The best value.</param>
public sealed record SourceScale(string? Source, string EventType, double Low, double High);
