using System.Net;
using InterestService.Api.Hosting.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Recognizes callers on this machine, who need no key in Development and may open the dashboard of the jobs.</summary>
internal static class LocalCaller
{
    private static readonly string[] _proxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", HeaderNames.Via];

    /// <summary>
    /// Returns true when the connection comes from this machine, the Host header names this machine (that of a page on another site
    /// whose name resolves to 127.0.0.1 does not), no proxy forwarded the request, and no page of another site sent it; to change something, only a
    /// page of this service may have sent it.
    /// </summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && IsThisMachine(context.Request.Host.Host)
        && !Array.Exists(_proxyHeaders, context.Request.Headers.ContainsKey)
        && IsSameMachine(context.Request.Headers.Origin)
        && SameOrigin.Check(context.Request);

    /// <summary>Browsers name the page's origin in every request that changes something; other clients send none.</summary>
    private static bool IsSameMachine(StringValues origin) =>
        origin.Count == 0 || (Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var page) && IsThisMachine(page.Host));

    private static bool IsThisMachine(string host) =>
        host is "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
