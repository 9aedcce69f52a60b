namespace InterestService.Pipeline.Comparisons;

/// <summary>What a stage cost.</summary>
/// <param name="Seconds">Of wall time.</param>
/// <param name="PeakMemoryBytes">Most resident memory of the whole process meanwhile; null where the system does not say.</param>
public sealed record StageCost(double Seconds, long? PeakMemoryBytes);

/// <summary>Measures time and memory of stages; the host implements it, since memory is that of its process.</summary>
public interface IStageMeter
{
    /// <summary>Runs a stage and measures it.</summary>
    (T Result, StageCost Cost) Measure<T>(Func<T> stage);
}
