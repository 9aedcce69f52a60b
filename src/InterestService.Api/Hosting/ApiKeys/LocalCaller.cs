using System.Net;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Who may do without a key in Development, and see the jobs' dashboard.</summary>
internal static class LocalCaller
{
    /// <summary>
    /// True when the connection comes from this machine, names this machine (a page of another site that resolves its name to
    /// 127.0.0.1 does not), and was not handed on by a proxy.
    /// </summary>
    public static bool Is(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host, out var host) && IPAddress.IsLoopback(host)))
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
