using System.ComponentModel.DataAnnotations;

namespace InterestService.Api.Hosting;

/// <summary>The host's own settings, in section <c>InterestService</c>.</summary>
internal sealed class InterestServiceOptions
{
    public const string Section = "InterestService";

    /// <summary>Folder of the embedded PostgreSQL and its logs. Default: the user's local application data.</summary>
    [Required(ErrorMessage = "InterestService__DataDirectory must be set: this user has no home to put data in.")]
    public string DataDirectory { get; set; } = DefaultDataDirectory;

    /// <summary>Folder with settings that are secret, one a file with the name of the setting. Default: none.</summary>
    public string? SecretsDirectory { get; set; }

    /// <summary>
    /// Whether a copy of the published clustering is kept in <see cref="DataDirectory"/>, with ids of users, from which a process answers lookups that
    /// starts while PostgreSQL is away. Default true.
    /// </summary>
    public bool SaveLookups { get; set; } = true;

    /// <summary>The parts that run in this process. Default <see cref="Role.All"/>.</summary>
    [EnumDataType(typeof(Role))]
    public Role Role { get; set; } = Role.All;

    /// <summary>The part of the users that lookups of this process answer, such as <c>2/4</c>; for the role <c>api</c>. Default: all.</summary>
    public string? Partition { get; set; }

    /// <summary>Addresses of the processes with the parts, by their number, to which lookups of other users are sent. Default: none.</summary>
    public Dictionary<string, string> PartitionAddresses { get; set; } = [];

    /// <summary><see cref="Partition"/>; null for all users.</summary>
    public UserPart? Part => Partition is not null && UserPart.TryParse(Partition, out var part) ? part : null;

    /// <summary>Priority of the threads on which jobs compute. Default <see cref="JobPriority.Idle"/>: requests come first.</summary>
    [EnumDataType(typeof(JobPriority))]
    public JobPriority JobPriority { get; set; } = JobPriority.Idle;

    /// <summary>Who may read <c>/metrics</c>. Default <see cref="MetricsAccess.Keyed"/>.</summary>
    [EnumDataType(typeof(MetricsAccess))]
    public MetricsAccess Metrics { get; set; } = MetricsAccess.Keyed;

    /// <summary>Keys of callers, in addition to the managed ones. Outside Development at least one key is required.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>Returns the address of a part; null when it is not configured.</summary>
    public string? AddressOf(int part) => PartitionAddresses.GetValueOrDefault($"{part}");

    /// <summary>Returns errors of the parts.</summary>
    public IEnumerable<string> Validate()
    {
        if (Partition is not null && Part is null)
            yield return $"InterestService__Partition: expected the part and the number of parts, at most {UserPart.MaxCount}, such as 2/4; found '{Partition}'.";
        else if (Partition is not null && Role != Role.Api) yield return "InterestService__Partition: only the role api can hold a part of the users.";
        foreach (var (part, address) in PartitionAddresses)
        {
            if (!int.TryParse(part, out int number) || $"{number}" != part || number < 1 || number > (Part?.Count ?? 0))
                yield return $"InterestService__PartitionAddresses__{part}: expected the number of a part of InterestService__Partition.";
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
                yield return $"InterestService__PartitionAddresses__{part}: expected an address such as http://api-2:8080, found '{address}'.";
        }
    }

    // Root's home is closed to the user that PostgreSQL runs as.
    private static string DefaultDataDirectory =>
        Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows() ? "/var/lib/interestservice"
        : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } home ? Path.Combine(home, "interestservice")
        : "";
}

/// <summary>The parts of the program that a process runs.</summary>
internal enum Role
{
    /// <summary>HTTP and clustering.</summary>
    All,

    /// <summary>HTTP only.</summary>
    Api,

    /// <summary>Clustering, with health checks over HTTP.</summary>
    Worker,
}

/// <summary>How the threads on which jobs compute share the processors with other threads.</summary>
internal enum JobPriority
{
    /// <summary>They take what others leave, and make way at once.</summary>
    Idle,

    /// <summary>They take a tenth while others want all of it, and make way within milliseconds.</summary>
    Low,

    /// <summary>They take an equal part.</summary>
    Normal,
}

/// <summary>Who may read the metrics.</summary>
internal enum MetricsAccess
{
    /// <summary>Callers whose key has the scope <c>metrics:read</c> or <c>admin</c>.</summary>
    Keyed,

    /// <summary>Everyone who reaches the service.</summary>
    Open,

    /// <summary>Nobody: nothing is measured.</summary>
    Off,
}

/// <summary>The key of one caller.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Name of the caller, for the log.</summary>
    [Required(ErrorMessage = "Name: expected the name of the caller.")]
    public string Name { get; set; } = "";

    /// <summary>Value of the caller's <c>X-API-Key</c> header; at least 16 characters.</summary>
    [Required(ErrorMessage = "Key: expected at least 16 characters."), MinLength(16, ErrorMessage = "Key: expected at least 16 characters.")]
    public string Key { get; set; } = "";

    /// <summary>Names of scopes, such as <c>events:write</c>.</summary>
    [MinLength(1, ErrorMessage = "Scopes: expected at least one scope.")]
    public List<string> Scopes { get; set; } = [];
}
