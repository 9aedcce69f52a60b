namespace InterestService.Pipeline.Preprocessing;

/// <summary>
/// How much an act counts before it ages: the weight of its type, times that of its source, times that of feedback where it followed from
/// a recommendation. 0 and below: it does not count.
/// </summary>
internal sealed class EventWeights
{
    private readonly float[] _types;
    private readonly float[] _origins;

    /// <param name="typeNames">Types of a log, <c>[types]</c>.</param>
    /// <param name="origins">Origins of a log, <c>[origins]</c>.</param>
    /// <param name="options">The weights.</param>
    public EventWeights(IReadOnlyList<string> typeNames, IReadOnlyList<EventOrigin> origins, CleaningOptions options)
    {
        _types = [.. typeNames.Select(name => Weight(options.TypeWeights, name))];
        float feedback = Math.Max(options.FeedbackWeight, 0);
        _origins = [.. origins.Select(origin =>
            (origin.Source is { } source ? Weight(options.SourceWeights, source) : 1) * (origin.FromRecommendation ? feedback : 1))];

        static float Weight(IReadOnlyDictionary<string, float> weights, string name) => Math.Max(weights.GetValueOrDefault(name, 1), 0);
    }

    /// <summary>Of the events of a log.</summary>
    public static EventWeights Of(EventLog log, CleaningOptions options) => new(log.TypeNames, log.OriginNames, options);

    public double this[int type, int origin] => (double)_types[type] * _origins[origin];
}
