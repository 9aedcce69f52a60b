namespace InterestService.Api.Storage.Entities;

/// <summary>The one row that says which clustering is published.</summary>
internal sealed class Publication
{
    public const short OnlyRow = 1;

    public short Id { get; init; } = OnlyRow;

    public required Guid ClusteringId { get; set; }

    /// <summary>Grows with every publish; what the snapshots compare.</summary>
    public required long Version { get; set; }

    /// <summary>Grows with every erasure of a user, which the snapshots compare as well.</summary>
    public long Erasures { get; set; }

    /// <summary>Grows with every increment of assignments; so do the snapshots.</summary>
    public long Increments { get; set; }
}
