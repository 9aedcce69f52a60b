namespace InterestService.Api.Ingestion;

/// <summary>One row of <c>POST /events</c>. In CSV the names are snake_case.</summary>
/// <param name="UserId">1 to 256 characters, not blank.</param>
/// <param name="ItemId">1 to 256 characters, not blank; may be absent when there is a query.</param>
/// <param name="EventType">Free text, trimmed; 1 to 64 characters.</param>
/// <param name="Timestamp">RFC 3339 with an offset, not before 1900; kept to the microsecond.</param>
/// <param name="Value">A finite number, such as a quantity or a rating.</param>
/// <param name="Query">What was searched for; at most 1,024 characters.</param>
/// <param name="Category">Categories of the item, separated by <c>|</c>, or an array of them; at most 1,024 characters in all.</param>
/// <param name="Title">Title of the item; at most 1,024 characters.</param>
/// <param name="Source">Where the event comes from; at most 64 characters.</param>
/// <param name="EventId">The sender's own id of the event, unique for the user; at most 256 characters.</param>
/// <param name="RecommendationId">The recommendation that led to it; at most 256 characters.</param>
public sealed record UploadedEvent(
    string UserId,
    string? ItemId,
    string EventType,
    DateTimeOffset Timestamp,
    double? Value = null,
    string? Query = null,
    string? Category = null,
    string? Title = null,
    string? Source = null,
    string? EventId = null,
    string? RecommendationId = null);

/// <summary>One row of <c>PUT /items</c>. In CSV the names are snake_case, and <c>|</c> separates categories and tags.</summary>
/// <param name="ItemId">1 to 256 characters, not blank.</param>
/// <param name="Title">At most 1,024 characters.</param>
/// <param name="Categories">At most 4,096 characters in all.</param>
/// <param name="Tags">At most 4,096 characters in all.</param>
/// <param name="Description">At most 16,384 characters.</param>
public sealed record UploadedItem(
    string ItemId,
    string? Title = null,
    IReadOnlyList<string>? Categories = null,
    IReadOnlyList<string>? Tags = null,
    string? Description = null);

/// <summary>One row of <c>PUT /users/labels</c>. In CSV the names are snake_case.</summary>
/// <param name="UserId">1 to 256 characters, not blank.</param>
/// <param name="Label">The group that the user is known to be in, 1 to 256 characters.</param>
public sealed record UploadedLabel(string UserId, string Label);

/// <summary>One row of <c>PUT /users/links</c>. In CSV the names are snake_case.</summary>
/// <param name="UserId">The id that stands for the person, 1 to 256 characters, not blank.</param>
/// <param name="Alias">Another id of the same person.</param>
public sealed record UploadedLink(string UserId, string Alias);
