namespace InterestService.Api.Storage.Entities;

/// <summary>The single row that names the published clustering.</summary>
internal sealed class Publication
{
    public const short OnlyRow = 1;

    /// <summary>The channel on which changes of this row are announced, when their transaction commits.</summary>
    public const string Channel = "publication";

    public short Id { get; init; } = OnlyRow;

    public required Guid ClusteringId { get; set; }

    /// <summary>Grows with every publish; snapshots compare it.</summary>
    public required long Version { get; set; }

    /// <summary>Grows with every erasure, opt-out, change of links and end of a placement; snapshots compare it.</summary>
    public long People { get; set; }

    /// <summary>The value of <see cref="People"/> at the last change of links, which take longer to read.</summary>
    public long Links { get; set; }

    /// <summary>Grows with every change of a <see cref="ClusterName"/>; snapshots compare it.</summary>
    public long Names { get; set; }

    /// <summary>Grows with every increment of assignments; snapshots compare it.</summary>
    public long Increments { get; set; }
}
