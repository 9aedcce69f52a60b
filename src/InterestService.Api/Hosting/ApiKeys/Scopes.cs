namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>What a key may do; endpoints ask for it by <see cref="ApiKeyAuthorization.RequireScope"/>.</summary>
internal static class Scopes
{
    /// <summary>Send events and items.</summary>
    public const string WriteEvents = "events:write";

    /// <summary>Read users and clusters, and follow clusterings.</summary>
    public const string ReadInterests = "interests:read";

    /// <summary>Start, follow, cancel, publish and delete clusterings.</summary>
    public const string WriteClusterings = "clusterings:write";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    public static readonly string[] All = [WriteEvents, ReadInterests, WriteClusterings, Admin];
}
