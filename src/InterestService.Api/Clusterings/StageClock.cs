using System.Diagnostics;
using InterestService.Api.Hosting;
using InterestService.Pipeline;

namespace InterestService.Api.Clusterings;

/// <summary>
/// Follows a run through its stages, in each of which it is once: a metric has the seconds of each, and the trace of the job a span, whose
/// statements stand beside it, since the pipeline tells only where it has arrived.
/// </summary>
internal sealed class StageClock(ClusteringInstruments instruments) : IDisposable
{
    private readonly ActivityContext _job = Activity.Current?.Context ?? default;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private DateTime _began = DateTime.UtcNow;
    private PipelineStage? _stage = PipelineStage.Load;

    /// <summary>Notes where the run is.</summary>
    public void Enter(PipelineStage stage)
    {
        if (stage == _stage) return;
        Pass();
        _stage = stage;
    }

    /// <summary>Notes that the run has passed its last stage.</summary>
    public void Complete()
    {
        Pass();
        _stage = null;
    }

    /// <summary>Ends the span of the stage that the run has not passed.</summary>
    public void Dispose() => Trace(ActivityStatusCode.Error);

    private void Pass()
    {
        if (_stage is { } passed) instruments.Record(Name(passed), _watch.Elapsed);
        Trace(ActivityStatusCode.Unset);
        _watch.Restart();
        _began = DateTime.UtcNow;
    }

    private void Trace(ActivityStatusCode status)
    {
        if (_stage is not { } stage) return;
        using var span = Instrumentation.Spans.StartActivity($"stage {Name(stage)}", ActivityKind.Internal, _job, startTime: _began);
        span?.SetStatus(status);
    }

    private static string Name(PipelineStage stage) => stage.ToString().ToLowerInvariant();
}
