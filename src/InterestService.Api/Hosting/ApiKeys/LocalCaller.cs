using System.Net;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Recognizes callers on this machine, who need no key in Development and may open the dashboard of the jobs.</summary>
internal static class LocalCaller
{
    /// <summary>
    /// Returns true when the connection comes from this machine, the Host header names this machine (that of a page on another site
    /// whose name resolves to 127.0.0.1 does not), and no proxy forwarded the request.
    /// </summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
