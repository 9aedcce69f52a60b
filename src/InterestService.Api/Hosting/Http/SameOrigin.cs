using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Recognizes requests that a page of another site makes a browser send (cross-site request forgery). It matters to callers whom a browser
/// identifies by itself: by the machine that it runs on, or by a password that it keeps. No page can send the header of a key to another origin.
/// </summary>
internal static class SameOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>
    /// What browsers send to other origins without asking the service first: forms, the pings of links, reports of violated policies. No operation of
    /// the API accepts these types.
    /// </summary>
    private static readonly string[] _unasked =
    [
        "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "text/ping", "application/csp-report", "application/expect-ct-report+json",
        "application/xss-auditor-report",
    ];

    /// <summary>
    /// Returns false for a request that may change something and that a page of another origin has sent: another host, or another port of the
    /// same host. Browsers tell the origin in all of them; programs tell none.
    /// </summary>
    public static bool Check(HttpRequest request)
    {
        if (IsSafe(request.Method)) return true;
        string? site = request.Headers[FetchSite];
        if (site is not (null or "same-origin" or "none")) return false;
        var origin = request.Headers.Origin;
        return origin.Count == 0
            || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var page) && string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// Returns whether a request that may change something can be one that a page makes a browser send without asking the service first: its
    /// <c>Content-Type</c> says so or, without one, it comes from a browser that does not tell where the page is from, which old ones did not. Before a
    /// browser sends another origin one of the types of the API, such as JSON, it asks, and the service does not permit it.
    /// </summary>
    public static bool MayBeUnasked(HttpRequest request)
    {
        if (IsSafe(request.Method)) return false;
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out _)) return HasUnaskedType(request);
        bool tellsOrigin = request.Headers.Origin.Count > 0 || request.Headers.ContainsKey(FetchSite);
        return !tellsOrigin && IsBrowser(request);
    }

    /// <summary>Returns whether a request that may change something has a <c>Content-Type</c> that browsers send without asking.</summary>
    public static bool HasUnaskedType(HttpRequest request) => !IsSafe(request.Method) && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && Array.Exists(_unasked, unasked => type.MediaType.Equals(unasked, StringComparison.OrdinalIgnoreCase));

    /// <summary>All browsers begin their name like this, and no page can change it without asking.</summary>
    private static bool IsBrowser(HttpRequest request) => request.Headers.UserAgent.ToString().StartsWith("Mozilla/", StringComparison.OrdinalIgnoreCase);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
