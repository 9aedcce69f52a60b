namespace InterestService.Api.Storage.Entities;

/// <summary>A managed key of a caller: made by an administrator while the service runs, and not part of the configuration.</summary>
internal sealed class StoredApiKey
{
    /// <summary>The channel on which changes of the table are announced, when their transaction commits.</summary>
    public const string Channel = "api_keys";

    /// <summary>Name of the caller.</summary>
    public required string Name { get; init; }

    /// <summary>Salted hash of the key.</summary>
    public required byte[] Digest { get; set; }

    /// <summary>Salted hash of the key before the last rotation, while it is still valid.</summary>
    public byte[]? PreviousDigest { get; set; }

    /// <summary>When the key before the last rotation stops being valid.</summary>
    public DateTime? PreviousUntil { get; set; }

    public required string[] Scopes { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Name of the caller who made the key.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When the key stops being valid; null: never.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>When a request last came with the key, exact to some minutes; null: never.</summary>
    public DateTime? LastUsedAt { get; init; }
}

/// <summary>
/// An act of a caller that others may have to answer for. A trigger refuses to change or delete rows. No row names a user: an erased id must not
/// stay here, and a hash of an id is found again by hashing all ids.
/// </summary>
internal sealed class AuditEntry
{
    /// <summary>In the order of the acts.</summary>
    public long Id { get; init; }

    public required DateTime At { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>Name of the caller; see <see cref="AuditTrail"/> for what the service does by itself.</summary>
    public required string Caller { get; init; }

    /// <summary>Id or name of what was acted on; null for acts on users.</summary>
    public string? Subject { get; init; }

    /// <summary>The <c>traceId</c> of the request, by which the records of the caller find the entry; null without a request.</summary>
    public string? TraceId { get; init; }
}

/// <summary>The kinds of acts in the audit trail.</summary>
public enum AuditAction
{
    /// <summary>A clustering was published that had not been before.</summary>
    Published,

    /// <summary>A clustering was published again.</summary>
    RolledBack,

    /// <summary>A clustering was deleted, by a caller or by the retention.</summary>
    ClusteringDeleted,

    /// <summary>A table of a clustering was exported.</summary>
    Exported,

    /// <summary>The name or the note of a cluster was changed.</summary>
    LabelChanged,

    /// <summary>A user was erased.</summary>
    UserErased,

    /// <summary>A user opted out.</summary>
    UserOptedOut,

    /// <summary>An opt-out was taken back.</summary>
    UserOptedIn,

    /// <summary>A key was made.</summary>
    KeyCreated,

    /// <summary>A key was replaced by another one.</summary>
    KeyRotated,

    /// <summary>A key was revoked.</summary>
    KeyRevoked,
}
