namespace InterestService.Pipeline.Comparisons;

/// <summary>What a stage cost.</summary>
/// <param name="Seconds">Of wall time.</param>
/// <param name="PeakMemoryBytes">Maximum resident memory of the process during the stage; null if the system does not report it.</param>
public sealed record StageCost(double Seconds, long? PeakMemoryBytes);

/// <summary>Measures time and memory of stages; the host implements it, since memory is that of its process.</summary>
public interface IStageMeter
{
    /// <summary>Runs a stage and measures it.</summary>
    (T Result, StageCost Cost) Measure<T>(Func<T> stage);
}
