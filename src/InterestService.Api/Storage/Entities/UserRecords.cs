namespace InterestService.Api.Storage.Entities;

/// <summary>The group that a user is known to be in, which clusterings are compared with and never learn from.</summary>
internal sealed class UserLabel
{
    public required string UserId { get; init; }

    public required string Label { get; init; }
}

/// <summary>Another id of a person. The table is flat: no <see cref="UserId"/> is itself an alias.</summary>
internal sealed class UserLink
{
    public required string Alias { get; init; }

    /// <summary>The id that stands for the person.</summary>
    public required string UserId { get; init; }
}

/// <summary>A user whose events stay out of every later clustering.</summary>
internal sealed class OptOut
{
    public required string UserId { get; init; }

    public DateTime Since { get; init; }
}

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
