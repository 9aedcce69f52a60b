using System.Diagnostics;
using OpenTelemetry.Trace;

namespace InterestService.Api.Hosting.Telemetry;

/// <summary>
/// Decides which spans begin a trace: those of requests and jobs, and not the statements of heartbeats and polls, which belong to neither, nor
/// the questions of monitors.
/// </summary>
/// <param name="share">Share of the traces that are kept, 0 to 1.</param>
internal sealed class TraceStartSampler(double share) : Sampler
{
    private static readonly string[] _monitors = ["GET /metrics", "GET /health/live", "GET /health/ready"];

    private readonly TraceIdRatioBasedSampler _share = new(share);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client || Array.IndexOf(_monitors, samplingParameters.Name) >= 0
            ? new SamplingResult(SamplingDecision.Drop)
            : _share.ShouldSample(samplingParameters);
}
