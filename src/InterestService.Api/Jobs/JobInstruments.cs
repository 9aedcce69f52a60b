using System.Diagnostics.Metrics;
using InterestService.Api.Hosting;

namespace InterestService.Api.Jobs;

/// <summary>Counts the runs of jobs by how they end, and measures those that succeed. Thread-safe.</summary>
internal sealed class JobInstruments
{
    public const string Succeeded = "succeeded", Failed = "failed", Canceled = "canceled";

    /// <summary>The worker or the database was lost; the job runs again.</summary>
    public const string Interrupted = "interrupted";

    /// <summary>The worker shut down; the job runs again.</summary>
    public const string Returned = "returned";

    /// <summary>Upper bounds of intervals from a second to six hours.</summary>
    public static readonly double[] Seconds = [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600];

    private readonly Counter<long> _runs;
    private readonly Histogram<double> _duration;

    public JobInstruments(IMeterFactory meters)
    {
        var meter = meters.Service();
        _runs = meter.CreateCounter<long>("interestservice.job.runs", "{run}", "Runs of jobs, by kind and result; those that were interrupted or returned run again.");
        _duration = meter.CreateHistogram(
            "interestservice.job.duration", "s", "Time of the runs of jobs that succeeded, by kind.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    }

    /// <summary>Shows all results of a kind from the start, so that the first failure is an increase.</summary>
    public void Show(JobKind kind)
    {
        foreach (string result in (string[])[Succeeded, Failed, Canceled, Interrupted, Returned]) Count(kind, result, 0);
    }

    /// <summary>Records the end of a run.</summary>
    /// <param name="kind">Kind of the job.</param>
    /// <param name="result">One of the constants.</param>
    /// <param name="time">Time that it took.</param>
    public void Record(JobKind kind, string result, TimeSpan time)
    {
        Count(kind, result, 1);
        if (result == Succeeded) _duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("kind", kind.Label));
    }

    private void Count(JobKind kind, string result, int runs) => _runs.Add(runs, new("kind", kind.Label), new("result", result));
}
