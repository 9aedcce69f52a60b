using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Preprocessing;

/// <summary>How events add up to the strength of an interest in an item.</summary>
public sealed record WeightingOptions
{
    /// <summary>An event this old counts half. Default 180 days; very short ones leave old users with nothing but their last act.</summary>
    [Range(.01, 100_000)]
    public double HalfLifeDays { get; init; } = 180;

    /// <summary>What is left of an event's weight, 0 to 1.</summary>
    /// <param name="age">In milliseconds; below 0 counts as 0.</param>
    internal double Ageing(long age) => Math.Pow(2, -Math.Max(age, 0) / TimeSpan.FromDays(HalfLifeDays).TotalMilliseconds);
}
