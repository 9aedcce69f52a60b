using System.Diagnostics;
using InterestService.Pipeline.Comparisons;

namespace InterestService.Api.Comparisons;

/// <summary>Measures stages by the clock and by the peak memory of this process.</summary>
internal sealed class ProcessStageMeter : IStageMeter
{
    /// <summary>Linux resets the peak when 5 is written to this file (proc(5)).</summary>
    private const string PeakCounter = "/proc/self/clear_refs";

    private static readonly bool _canReset = File.Exists(PeakCounter);

    /// <inheritdoc/>
    public (T Result, StageCost Cost) Measure<T>(Func<T> stage)
    {
        if (_canReset) File.WriteAllText(PeakCounter, "5");
        var timer = Stopwatch.StartNew();
        T result = stage();
        using var process = Process.GetCurrentProcess();
        return (result, new StageCost(timer.Elapsed.TotalSeconds, _canReset ? process.PeakWorkingSet64 : null));
    }
}
