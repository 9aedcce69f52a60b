namespace InterestService.Api.Storage;

/// <summary>
/// A user who was erased a short while ago: what a clustering that was running then, or a snapshot in memory, still has of the
/// user is taken out by it. Kept for a day, longer than any of these lives on.
/// </summary>
internal sealed class Erasure
{
    public long Id { get; init; }

    public required string UserId { get; init; }

    public DateTime ErasedAt { get; init; }
}
