namespace InterestService.Api.Ingestion;

/// <summary>One row of <c>PUT /users/labels</c>. In CSV the names are snake_case.</summary>
/// <param name="UserId">1 to 256 characters, not blank.</param>
/// <param name="Label">The group that the user is known to be in, 1 to 256 characters.</param>
public sealed record UploadedLabel(string UserId, string Label);
