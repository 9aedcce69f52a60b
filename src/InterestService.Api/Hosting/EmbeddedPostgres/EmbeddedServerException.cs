namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>Why the embedded PostgreSQL cannot run, in a sentence that says what to do about it.</summary>
internal sealed class EmbeddedServerException(string message) : Exception(message);
