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
