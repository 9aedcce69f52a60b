using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;
using InterestService.Api.Jobs;
using InterestService.Pipeline.Encoding.Networks;

namespace InterestService.Api.Clusterings;

/// <summary>Measures the stages of clusterings. Thread-safe.</summary>
internal sealed class ClusteringInstruments
{
    private readonly Histogram<double> _duration;

    public ClusteringInstruments(IMeterFactory meters)
    {
        var meter = meters.Service();
        _duration = meter.CreateHistogram(
            "interestservice.clustering.stage.duration", "s", "Time of a stage of a clustering that has passed it.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = JobInstruments.Seconds });
        meter.CreateObservableUpDownCounter(
            "interestservice.torch.tensors", () => Devices.LiveTensors, "{tensor}", "Tensors that hold memory of libtorch, which the garbage collector does not see.");
    }

    /// <summary>Records that a run has passed a stage.</summary>
    public void Record(string stage, TimeSpan time) => _duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage));
}
