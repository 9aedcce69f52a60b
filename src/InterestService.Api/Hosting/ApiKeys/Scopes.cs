namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>What a key may do; each is also the name of the authorization policy that asks for it.</summary>
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

    /// <summary>A policy that either scope opens: whoever may start a clustering may follow it.</summary>
    public const string FollowClusterings = $"{ReadInterests} or {WriteClusterings}";

    public static readonly string[] All = [WriteEvents, ReadInterests, WriteClusterings, Admin];
}
