using System.Diagnostics;
using Serilog.Context;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Gives a request the trace whose id its problem document and its log lines show, and continues the caller's trace (<c>traceparent</c>). When
/// something collects traces, the host has begun one already.
/// </summary>
internal static class Traces
{
    private const string Name = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

    public static void UseTraces(this WebApplication app) => app.Use(async (context, next) =>
    {
        using var started = Activity.Current is null ? Start(context.Request.Headers) : null;
        using (LogContext.PushProperty("RequestId", context.TraceIdentifier))
        using (LogContext.PushProperty("Route", context.Route()))
            await next(context);
    });

    private static Activity Start(IHeaderDictionary headers)
    {
        var activity = new Activity(Name);
        DistributedContextPropagator.Current.ExtractTraceIdAndState(headers, Read, out string? parent, out string? state);
        if (parent is not null)
        {
            activity.SetParentId(parent);
            activity.TraceStateString = state;
        }

        return activity.Start();
    }

    private static void Read(object? headers, string name, out string? value, out IEnumerable<string>? values)
    {
        value = ((IHeaderDictionary)headers!)[name];
        values = null;
    }
}
