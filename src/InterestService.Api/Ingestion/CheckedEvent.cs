namespace InterestService.Api.Ingestion;

/// <summary>An event that keeps every rule of <see cref="EventChecks"/>. UTF-8 text; empty: absent.</summary>
internal ref struct CheckedEvent
{
    public ReadOnlySpan<byte> UserId;
    public ReadOnlySpan<byte> ItemId;
    public ReadOnlySpan<byte> EventType;
    public ReadOnlySpan<byte> Query;
    public ReadOnlySpan<byte> Category;
    public ReadOnlySpan<byte> Title;
    public ReadOnlySpan<byte> Source;
    public ReadOnlySpan<byte> EventId;
    public ReadOnlySpan<byte> RecommendationId;

    /// <summary>Microseconds since 2000-01-01T00:00:00Z.</summary>
    public long OccurredAt;

    public double? Value;
}
