using System.Text.Json.Serialization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Requests;
using InterestService.Api.Storage;

namespace InterestService.Api.Access;

/// <summary>A key to make.</summary>
public sealed record CreateKeyRequest
{
    private static readonly string[] _reserved = [AuditTrail.Service, AuditTrail.CommandLine, ApiKeyStore.Developer, ".", ".."];

    /// <summary>
    /// Name of the caller, 1 to 256 characters, in one line. It stands in the log and in the audit trail. `service`, `command line`, `developer`, `.` and `..` are reserved.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>What the caller may do: `events:write`, `interests:read`, `clusterings:write` or `admin`, which includes all others.</summary>
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>When the key stops being valid. Default: never.</summary>
    [JsonConverter(typeof(OffsetTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Returns the errors by field; none when the request is valid.</summary>
    internal Dictionary<string, string[]> Validate(DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>();
        if (Name is null || !IdText.IsLine(Name) || Name != Name.Trim())
            errors["name"] = [$"Expected 1 to {IdText.MaxLength} characters without control characters and without blanks around them."];
        else if (_reserved.Contains(Name, StringComparer.OrdinalIgnoreCase))
            errors["name"] = [$"'{Name}' is reserved; expected another name."];
        string known = string.Join(", ", Hosting.ApiKeys.Scopes.All);
        if (Scopes is null || Scopes.Count == 0) errors["scopes"] = [$"Expected at least one of {known}."];
        else if (Scopes.Where(scope => !Hosting.ApiKeys.Scopes.All.Contains(scope)).ToList() is [var unknown, ..])
            errors["scopes"] = [$"Expected {known}, found '{unknown}'."];
        if (ExpiresAt <= now) errors["expiresAt"] = ["Expected a time in the future."];
        return errors;
    }
}

/// <summary>How a key is replaced; every field is optional.</summary>
public sealed record RotateKeyRequest
{
    /// <summary>The longest time in which both keys are valid: 30 days.</summary>
    internal const int MaxGraceSeconds = 30 * 86_400;

    /// <summary>Seconds for which the old key stays valid, 0 to 2,592,000. Default 0: it ends at once.</summary>
    public int? GraceSeconds { get; init; }
}

/// <summary>A new key. This answer is the only place where it is ever shown.</summary>
/// <param name="Name">Name of the caller.</param>
/// <param name="Key">Value of the header `X-API-Key`.</param>
public sealed record NewKeyResponse(string Name, string Key);

/// <summary>A key, without its value, which nobody can read.</summary>
/// <param name="Name">Name of the caller.</param>
/// <param name="Scopes">What the caller may do.</param>
/// <param name="CreatedAt">When it was made; null for a key of the configuration.</param>
/// <param name="CreatedBy">Name of the caller who made it; null for a key of the configuration.</param>
/// <param name="ExpiresAt">When it stops being valid; null: never.</param>
/// <param name="LastUsedAt">When a request last came with it, exact to some minutes; null: never, or a key of the configuration.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record KeyResponse(
    string Name, IReadOnlyList<string> Scopes, DateTime? CreatedAt, string? CreatedBy, DateTime? ExpiresAt, DateTime? LastUsedAt, KeySource Source);

/// <summary>Where a key comes from.</summary>
public enum KeySource
{
    /// <summary>The settings of the service; only they change it.</summary>
    Configuration,

    /// <summary>`POST /keys` or the command `keys create`.</summary>
    Managed,
}
