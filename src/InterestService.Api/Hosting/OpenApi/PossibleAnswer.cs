namespace InterestService.Api.Hosting.OpenApi;

/// <summary>Endpoint metadata: an answer that middleware gives in place of the endpoint.</summary>
/// <param name="Status">Its status; from 400 on it is a problem document, below it has no body.</param>
/// <param name="Description">When it is given, as Markdown.</param>
internal sealed record PossibleAnswer(int Status, string Description);
