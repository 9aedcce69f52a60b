using System.ComponentModel.DataAnnotations;

namespace InterestService.Api.Hosting.RateLimits;

/// <summary>
/// How many requests a second a caller may send on average, by the kind of work; a burst may have those of ten seconds. 0: no limit. Section
/// <c>InterestService:RateLimits</c>.
/// </summary>
internal sealed class RateLimitOptions
{
    public const string Subsection = "RateLimits";

    private const int Maximum = 1_000_000;

    /// <summary>
    /// Requests with the scope <c>interests:read</c>. Default 0: a lookup costs about a microsecond; with a limit, it takes the way of all
    /// requests, which is several times as long.
    /// </summary>
    [Range(0, Maximum)]
    public int Lookups { get; set; }

    /// <summary>Requests with the scope <c>events:write</c>, whatever the number of their rows. Default 2,000.</summary>
    [Range(0, Maximum)]
    public int Uploads { get; set; } = 2000;

    /// <summary>Requests with other scopes. Default 200.</summary>
    [Range(0, Maximum)]
    public int Administration { get; set; } = 200;
}
