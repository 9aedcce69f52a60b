namespace InterestService.Api.Ingestion;

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
