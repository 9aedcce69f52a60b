using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Cleaning;

/// <summary>
/// Weight of an act before ageing: the weight of its type, times that of its source, times that of feedback where it followed from
/// a recommendation. An act at 0 or below does not count.
/// </summary>
internal sealed class EventWeights
{
    private readonly float[] _types;
    private readonly float[] _origins;

    /// <param name="typeNames">Types of the log, <c>[types]</c>.</param>
    /// <param name="origins">Origins of the log, <c>[origins]</c>.</param>
    /// <param name="options">The weights.</param>
    public EventWeights(IReadOnlyList<string> typeNames, IReadOnlyList<EventOrigin> origins, CleaningOptions options)
    {
        _types = [.. typeNames.Select(name => Weight(options.TypeWeights, name))];
        float feedback = Math.Max(options.FeedbackWeight, 0);
        _origins = [.. origins.Select(origin =>
            (origin.Source is { } source ? Weight(options.SourceWeights, source) : 1) * (origin.FromRecommendation ? feedback : 1))];

        static float Weight(IReadOnlyDictionary<string, float> weights, string name) => Math.Max(weights.GetValueOrDefault(name, 1), 0);
    }

    /// <summary>Creates the weights of the events of a log.</summary>
    public static EventWeights Create(EventLog log, CleaningOptions options) => new(log.TypeNames, log.OriginNames, options);

    public double this[int type, int origin] => (double)_types[type] * _origins[origin];
}

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
