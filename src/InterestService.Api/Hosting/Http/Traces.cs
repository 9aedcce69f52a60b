using System.Diagnostics;
using Serilog.Context;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Gives a request the trace whose id its problem document and its log lines show, and continues the caller's trace (<c>traceparent</c>). Its span has
/// the pattern of the route, since the path has ids of users. Lookups that <c>EarlyLookups</c> answers come before and have no trace.
/// </summary>
internal static class Traces
{
    public static void UseTraces(this WebApplication app) => app.Use(async (context, next) =>
    {
        string route = context.Route();
        string name = context.GetEndpoint() is RouteEndpoint ? $"{context.Request.Method} {route}" : "HTTP";
        var headers = context.Request.Headers;
        using var span = Instrumentation.Begin(name, ActivityKind.Server, headers.TraceParent, headers.TraceState);
        using (LogContext.PushProperty("RequestId", context.TraceIdentifier))
        using (LogContext.PushProperty("Route", route))
            await next(context);
        if (span.Source == Instrumentation.Spans && span.IsAllDataRequested) Describe(span, context, route);
    });

    /// <summary>Sets the attributes of OpenTelemetry's conventions, without those that hold paths, queries and addresses.</summary>
    private static void Describe(Activity span, HttpContext context, string route)
    {
        int status = context.Response.StatusCode;
        span.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route).SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError) span.SetStatus(ActivityStatusCode.Error);
    }
}
