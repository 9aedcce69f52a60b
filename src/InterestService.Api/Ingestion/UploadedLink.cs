namespace InterestService.Api.Ingestion;

/// <summary>One row of <c>PUT /users/links</c>. In CSV the names are snake_case.</summary>
/// <param name="UserId">The id that stands for the person, 1 to 256 characters, not blank.</param>
/// <param name="Alias">Another id of the same person.</param>
public sealed record UploadedLink(string UserId, string Alias);
