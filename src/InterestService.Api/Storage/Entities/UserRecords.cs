namespace InterestService.Api.Storage.Entities;

/// <summary>The known group of a user. Clusterings are evaluated against it and never learn from it.</summary>
internal sealed class UserLabel
{
    public required string UserId { get; init; }

    public required string Label { get; init; }
}

/// <summary>A statement of a caller that two ids are those of one person, as it was sent. <see cref="UserLink"/> follows from all of them.</summary>
internal sealed class UserJoin
{
    /// <summary>Order in which the statements came.</summary>
    public long Number { get; init; }

    public required string UserId { get; init; }

    public required string Alias { get; init; }

    public DateTime SentAt { get; init; }
}

/// <summary>
/// Another id of a person: the closure of the <see cref="UserJoin"/>s. The table is flat: no <see cref="UserId"/> is itself an alias.
/// </summary>
internal sealed class UserLink
{
    public required string Alias { get; init; }

    /// <summary>The id that represents the person.</summary>
    public required string UserId { get; init; }
}

/// <summary>
/// An id that has opted out, and with it the person that it is an id of: events of all ids of the person are used no more. It is kept by the
/// id and not by the person, so that links and their removal change nothing about it.
/// </summary>
internal sealed class OptOut
{
    public required string UserId { get; init; }

    public DateTime Since { get; init; }
}

/// <summary>
/// A recently erased id. It is committed before anything is removed, so that a removal that fails is resumed, and kept for a day, so that
/// clusterings that were running then and snapshots in memory remove the user too.
/// </summary>
internal sealed class Erasure
{
    public long Id { get; init; }

    public required string UserId { get; init; }

    public DateTime ErasedAt { get; init; }

    /// <summary>The last batch of events that was drawn by then: later ones are those of a new user.</summary>
    public long LastBatch { get; init; }

    /// <summary>
    /// The transaction that removed the data; null until then. What was read by a transaction that sees this one holds nothing of the erased
    /// user, and what it holds of the id belongs to a new user.
    /// </summary>
    public ulong? RemovedBy { get; init; }
}

/// <summary>
/// An item that an erased user has had an event on. What the catalogue says of it is removed with it if it came from that user alone, which
/// only a search of all events tells.
/// </summary>
internal sealed class ErasedItem
{
    /// <summary>Order of the entries: an item may be entered again while earlier entries are worked on.</summary>
    public long Id { get; init; }

    public required string ItemId { get; init; }
}
