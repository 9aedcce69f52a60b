using System.Diagnostics;

namespace InterestService.Pipeline.Comparisons;

/// <summary>What a stage cost.</summary>
/// <param name="Seconds">Of wall time.</param>
/// <param name="PeakMemoryBytes">Most resident memory of the whole process meanwhile; null where the system does not say.</param>
public sealed record StageCost(double Seconds, long? PeakMemoryBytes)
{
    /// <summary>Linux counts the peak anew when 5 is written here (proc(5)).</summary>
    private const string PeakCounter = "/proc/self/clear_refs";

    private static readonly bool _counted = File.Exists(PeakCounter);

    /// <summary>Does some work and measures it.</summary>
    internal static T Measure<T>(Func<T> work, out StageCost cost)
    {
        if (_counted) File.WriteAllText(PeakCounter, "5");
        var timer = Stopwatch.StartNew();
        T result = work();
        using var process = Process.GetCurrentProcess();
        cost = new StageCost(timer.Elapsed.TotalSeconds, _counted ? process.PeakWorkingSet64 : null);
        return result;
    }
}
