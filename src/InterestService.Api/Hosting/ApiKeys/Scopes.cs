namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>The scopes of keys; endpoints require them by <see cref="ApiKeyAuthorization.RequireScope"/>.</summary>
internal static class Scopes
{
    /// <summary>Upload events, items, labels and links; export and erase users.</summary>
    public const string WriteEvents = "events:write";

    /// <summary>Read users and clusters, and follow clusterings.</summary>
    public const string ReadInterests = "interests:read";

    /// <summary>Start, follow, cancel, publish and delete clusterings.</summary>
    public const string WriteClusterings = "clusterings:write";

    /// <summary>Read the metrics of the service.</summary>
    public const string ReadMetrics = "metrics:read";

    /// <summary>Everything.</summary>
    public const string Admin = "admin";

    public static readonly string[] All = [WriteEvents, ReadInterests, WriteClusterings, ReadMetrics, Admin];
}
