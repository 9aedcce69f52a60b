namespace InterestService.Api.Storage.Entities;

/// <summary>One behaviour of one user. Written in bulk by <c>Ingestion</c>, read in bulk by <c>Clusterings</c>.</summary>
internal sealed class Event
{
    public required string UserId { get; init; }

    public required DateTime OccurredAt { get; init; }

    /// <summary>128-bit hash of what makes two events the same; see <c>Ingestion.EventKey</c>.</summary>
    public required Guid EventKey { get; init; }

    /// <summary>Grows with arrival, so that events that share a time keep the order in which they came: baskets are sequences.</summary>
    public required long Arrival { get; init; }

    /// <summary>Absent only for a search, which then has a <see cref="Query"/>.</summary>
    public string? ItemId { get; init; }

    public required string EventType { get; init; }

    public double? Value { get; init; }

    public string? Query { get; init; }

    public string? Source { get; init; }

    /// <summary>The caller's own id of the event, unique for the user.</summary>
    public string? EventId { get; init; }

    public string? RecommendationId { get; init; }
}
