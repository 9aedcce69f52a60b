using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace InterestService.Api.Hosting;

/// <summary>
/// The meter of the service and the source of its spans, under one name. Names and units follow OpenTelemetry's conventions. Labels and
/// attributes have few values: no ids of users or items, no queries and no keys.
/// </summary>
internal static class Instrumentation
{
    public const string Name = "InterestService";

    /// <summary>The source of the spans of requests, jobs and stages; it makes none unless traces are exported.</summary>
    public static readonly ActivitySource Spans = new(Name);

    /// <summary>Returns the meter of the host that the factory belongs to.</summary>
    public static Meter Service(this IMeterFactory meters) => meters.Create(Name);

    /// <summary>
    /// Begins the trace of a piece of work, or continues the one that caused it. Where traces are exported it is a span; elsewhere it gives log
    /// lines and problem documents their trace id.
    /// </summary>
    /// <param name="name">Name of the span; it has few values.</param>
    /// <param name="kind">Kind of the span.</param>
    /// <param name="traceParent">The cause, as <c>traceparent</c> (W3C Trace Context); null or malformed begins a trace.</param>
    /// <param name="traceState">The cause's <c>tracestate</c>.</param>
    /// <returns>The current activity until it is disposed.</returns>
    public static Activity Begin(string name, ActivityKind kind, string? traceParent, string? traceState = null)
    {
        bool continues = ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);
        if (Spans.StartActivity(name, kind, parent) is { } span) return span;
        var activity = new Activity(name);
        if (!continues) return activity.Start();
        activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        activity.TraceStateString = parent.TraceState;
        return activity.Start();
    }
}
