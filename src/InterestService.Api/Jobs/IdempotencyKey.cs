using System.Security.Claims;

namespace InterestService.Api.Jobs;

/// <summary>The header by which a caller makes a request that may be sent twice.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Each caller has keys of its own.</summary>
    /// <returns>Null without a key, or with a bad one, which is then among the errors.</returns>
    public static string? Of(ClaimsPrincipal caller, string? header, Dictionary<string, string[]> errors)
    {
        if (header?.Length is 0 or > 256) errors[Header] = ["Expected 1 to 256 characters."];
        return header is null ? null : $"{caller.Identity!.Name}:{header}";
    }
}
