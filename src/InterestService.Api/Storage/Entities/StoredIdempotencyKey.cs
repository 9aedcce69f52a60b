namespace InterestService.Api.Storage.Entities;

/// <summary>
/// A key with which a caller started a job, kept for a day whatever becomes of the job. Hashes have one length and are always storable.
/// </summary>
internal sealed class StoredIdempotencyKey
{
    /// <summary>SHA-256 of the kind of job, the caller and the caller's key.</summary>
    public required byte[] Key { get; init; }

    /// <summary>SHA-256 of the complete request.</summary>
    public required byte[] Request { get; set; }

    /// <summary>The job that was started, which may be deleted by now.</summary>
    public required Guid JobId { get; set; }

    public required DateTime CreatedAt { get; set; }
}
