using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Recognizes requests that a page of another site makes a browser send (cross-site request forgery). It matters to callers whom a browser
/// identifies by itself: by the machine that it runs on, or by a password that it keeps. No page can send the header of a key to another origin.
/// </summary>
internal static class SameOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>What a form can send, which browsers send without asking the service first.</summary>
    private static readonly string[] _ofForms = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

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

    /// <summary>Returns whether a request that may change something has a body as forms send it, which no operation of the API takes.</summary>
    public static bool IsForm(HttpRequest request) => !IsSafe(request.Method)
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && Array.Exists(_ofForms, form => type.MediaType.Equals(form, StringComparison.OrdinalIgnoreCase));

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
