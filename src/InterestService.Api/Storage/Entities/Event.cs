namespace InterestService.Api.Storage.Entities;

/// <summary>An action of a user. Uploads write events in bulk, and clusterings read them in bulk.</summary>
internal sealed class Event
{
    public required string UserId { get; init; }

    public required DateTime OccurredAt { get; init; }

    /// <summary>128-bit hash of the fields in which equal events agree; see <c>EventKey</c>.</summary>
    public required Guid EventKey { get; init; }

    /// <summary>Grows with arrival, so that events with the same time keep the order of arrival: baskets are sequences.</summary>
    public required long Arrival { get; init; }

    /// <summary>Absent only for a search, which then has a <see cref="Query"/>.</summary>
    public string? ItemId { get; init; }

    public required string EventType { get; init; }

    public double? Value { get; init; }

    public string? Query { get; init; }

    public string? Source { get; init; }

    /// <summary>The caller's id of the event, unique for the user.</summary>
    public string? EventId { get; init; }

    public string? RecommendationId { get; init; }

    /// <summary>Categories of a search without an item; those of an item are in its <see cref="Item"/>. Null when there are none.</summary>
    public string[]? Categories { get; init; }
}
