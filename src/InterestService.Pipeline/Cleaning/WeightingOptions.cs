using System.ComponentModel.DataAnnotations;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Options of the weights of a user's interactions with items.</summary>
public sealed record WeightingOptions
{
    /// <summary>Age at which an event counts half. Default 180 days; a very short half-life reduces old users to their last act.</summary>
    [Range(.01, 100_000)]
    public double HalfLifeDays { get; init; } = 180;

    /// <summary>Computes the part of an event's weight that remains, 0 to 1.</summary>
    /// <param name="age">Age in milliseconds; a negative age counts as 0.</param>
    internal double Ageing(long age) => Math.Pow(2, -Math.Max(age, 0) / TimeSpan.FromDays(HalfLifeDays).TotalMilliseconds);
}
