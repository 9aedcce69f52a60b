namespace InterestService.Api.Assignments;

/// <summary>What somebody did.</summary>
/// <param name="Events">Up to 1000, of one user, in any order.</param>
public sealed record AssignmentRequest(IReadOnlyList<AssignedEvent> Events);

/// <summary>An event as <c>POST /events</c> takes it, but that the user need not be named. More fields of it may be there; they say nothing here.</summary>
/// <param name="EventType">Free text, trimmed; 1 to 64 characters.</param>
/// <param name="Timestamp">RFC 3339 with an offset.</param>
/// <param name="UserId">The same wherever it is given; 1 to 256 characters, not blank.</param>
/// <param name="ItemId">1 to 256 characters, not blank; may be absent when there is a query.</param>
/// <param name="Query">What was searched for; at most 1,024 characters.</param>
public sealed record AssignedEvent(string EventType, DateTimeOffset Timestamp, string? UserId = null, string? ItemId = null, string? Query = null);
