using System.ComponentModel.DataAnnotations;
using InterestService.Api.Clusterings;
using InterestService.Api.Publishing;
using InterestService.Api.Reclustering;
using InterestService.Api.Requests;
using InterestService.Pipeline.Cleaning;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Hosting;

/// <summary>The section <c>InterestService</c> of the configuration.</summary>
internal sealed class InterestServiceOptions
{
    public const string Section = "InterestService";

    /// <summary>Where the embedded PostgreSQL and logs live. Default: the user's local application data.</summary>
    [Required(ErrorMessage = "InterestService__DataDirectory must be set: this user has no home to put data in.")]
    public string DataDirectory { get; set; } = DefaultDataDirectory;

    /// <summary>Which parts run in this process. Default <see cref="Role.All"/>.</summary>
    [EnumDataType(typeof(Role))]
    public Role Role { get; set; } = Role.All;

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c> or <c>cuda</c>; a clustering may say otherwise. Default <c>auto</c>.</summary>
    [AllowedValues("auto", "cpu", "cuda", ErrorMessage = "InterestService__Device must be auto, cpu or cuda.")]
    public string Device { get; set; } = "auto";

    /// <summary>Threads of a clustering. Default 0: the processors. Results repeat for the same number.</summary>
    [Range(0, 1024)]
    public int Threads { get; set; }

    /// <summary>Clusters when a request does not say. Default 10.</summary>
    [Range(1, 10_000)]
    public int DefaultClusters { get; set; } = 10;

    /// <summary>Weights of event types beside the built-in ones, a view being 1; 0 and below: left out.</summary>
    public Dictionary<string, float> EventWeights { get; set; } = [];

    /// <summary>How much worse a clustering may be and still be published by itself.</summary>
    [ValidateObjectMembers]
    public PublishMargins PublishMargins { get; set; } = new();

    /// <summary>A language model that writes the clusters' labels. Default: none.</summary>
    [ValidateObjectMembers]
    public ClusterNamerOptions Labels { get; set; } = new();

    /// <summary>Weights of the events of each source, times that of the type; default 1; 0 and below: left out.</summary>
    [Weights]
    public NamedWeights SourceWeights { get; set; } = [];

    /// <summary>Weight of events that followed from a recommendation, times the others. Default 1; 0: left out of clusterings.</summary>
    [Range(0.0, 1_000_000)]
    public float FeedbackWeight { get; set; } = 1;

    /// <summary>Part of the users who get popular recommendations only, to compare with, 0 to 1. Default 0.</summary>
    [Range(0.0, 1.0)]
    public double ControlShare { get; set; }

    /// <summary>Decides, with the id, who is in the control group; another salt draws another group.</summary>
    public string ControlSalt { get; set; } = "";

    /// <summary>
    /// Signs recommendation ids. Feedback on ids under another key does not count; with the default, which everyone knows, the
    /// signature shows mistakes only, not forgeries.
    /// </summary>
    [Required]
    public string RecommendationKey { get; set; } = "interestservice";

    /// <summary>When the service starts a clustering by itself. Default: never.</summary>
    public ReclusteringOptions Reclustering { get; set; } = new();

    /// <summary>Keys that callers may use. Outside Development there must be one.</summary>
    public List<ApiKeyOptions> ApiKeys { get; set; } = [];

    /// <summary>The built-in weights with <see cref="EventWeights"/> over them, by type, case-insensitive.</summary>
    public IReadOnlyDictionary<string, float> TypeWeights()
    {
        var weights = new Dictionary<string, float>(CleaningOptions.DefaultTypeWeights, StringComparer.OrdinalIgnoreCase);
        foreach (var (type, weight) in EventWeights) weights[type] = weight;
        return weights;
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

/// <summary>One caller.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>Who it is, for the log.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>What the caller sends as <c>X-API-Key</c>; at least 16 characters.</summary>
    [Required, MinLength(16)]
    public string Key { get; set; } = "";

    /// <summary>Out of <see cref="ApiKeys.Scopes"/>.</summary>
    [MinLength(1)]
    public List<string> Scopes { get; set; } = [];
}
