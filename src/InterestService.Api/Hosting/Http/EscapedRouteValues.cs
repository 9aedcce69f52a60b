using System.Globalization;
using Microsoft.AspNetCore.Http.Features;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Decodes <c>%2F</c> in route values. Ids may contain any character, and the server decodes everything in a path except <c>%2F</c>, so
/// that a route value <c>a%2Fb</c> can mean <c>a/b</c> as well as <c>a%2Fb</c> (sent as <c>a%252Fb</c>). Only the request's raw target
/// distinguishes them; ambiguous route values are decoded from there.
/// </summary>
internal static class EscapedRouteValues
{
    public static void UseEscapedRouteValues(this WebApplication app) => app.Use((context, next) =>
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        bool ambiguous = target.Contains("%2F", StringComparison.OrdinalIgnoreCase) || target.Contains("%25", StringComparison.Ordinal);
        if (ambiguous && context.GetEndpoint() is RouteEndpoint endpoint) Decode(context, endpoint, target.Split('?')[0]);
        return next(context);
    });

    private static void Decode(HttpContext context, RouteEndpoint endpoint, string target)
    {
        string[] segments = target.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var pattern = endpoint.RoutePattern.PathSegments;
        int skipped = segments.Length - pattern.Count;
        if (skipped < 0) return;
        for (int i = 0; i < pattern.Count; i++)
        {
            if (pattern[i].Parts is [Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter])
                context.Request.RouteValues[parameter.Name] = Uri.UnescapeDataString(segments[skipped + i]).ToString(CultureInfo.InvariantCulture);
        }
    }
}
