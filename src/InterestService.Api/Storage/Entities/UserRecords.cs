namespace InterestService.Api.Storage.Entities;

/// <summary>The known group of a user. Clusterings are evaluated against it and never learn from it.</summary>
internal sealed class UserLabel
{
    public required string UserId { get; init; }

    public required string Label { get; init; }
}

/// <summary>Another id of a person. The table is flat: no <see cref="UserId"/> is itself an alias.</summary>
internal sealed class UserLink
{
    public required string Alias { get; init; }

    /// <summary>The id that represents the person.</summary>
    public required string UserId { get; init; }
}

/// <summary>A user whose events later clusterings exclude.</summary>
internal sealed class OptOut
{
    public required string UserId { get; init; }

    public DateTime Since { get; init; }
}

/// <summary>
/// A recently erased user, by which clusterings that were running then and snapshots in memory remove the user. It is kept for a day, which is
/// longer than any of these exists.
/// </summary>
internal sealed class Erasure
{
    public long Id { get; init; }

    public required string UserId { get; init; }

    public DateTime ErasedAt { get; init; }
}
