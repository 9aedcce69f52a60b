namespace InterestService.Api.Ingestion;

/// <summary>What became of an upload, sent after its commit. <c>received = accepted + duplicates + rejected</c>.</summary>
/// <param name="Received">Rows in the body.</param>
/// <param name="Accepted">Rows that are new (events), or that added or changed an entry (items).</param>
/// <param name="Duplicates">
/// Rows that change nothing: events that are stored already or came earlier in the same body; items equal to the stored entry or
/// overruled by a later row of the same body.
/// </param>
/// <param name="Rejected">Rows that break a rule.</param>
/// <param name="Errors">Why rows were rejected, in the order of the body; the first 100.</param>
public sealed record UploadResponse(long Received, long Accepted, long Duplicates, long Rejected, IReadOnlyList<RowError> Errors);

/// <summary>Why one row was rejected.</summary>
/// <param name="Index">Zero-based position of the row in the body; headers and blank lines do not count.</param>
/// <param name="Field">The field at fault; null: the row as a whole.</param>
/// <param name="Message">A sentence: what was expected and what was found.</param>
public sealed record RowError(long Index, string? Field, string Message);
