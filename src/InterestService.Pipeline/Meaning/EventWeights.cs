using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Meaning;

/// <summary>
/// Weight of an act before ageing: the weight of its type, times that of its source, times that of feedback where it followed from
/// a recommendation. Below 0 it speaks against the item; at 0 it says nothing.
/// </summary>
internal sealed class EventWeights
{
    private readonly TypeMeanings _types;
    private readonly float[] _origins;

    /// <param name="types">Types of the log.</param>
    /// <param name="origins">Origins of the log, <c>[origins]</c>.</param>
    /// <param name="meanings">The weights.</param>
    public EventWeights(TypeMeanings types, IReadOnlyList<EventOrigin> origins, EventMeanings meanings)
    {
        _types = types;
        float feedback = Math.Max(meanings.FeedbackWeight, 0);
        _origins = [.. origins.Select(origin =>
            (origin.Source is { } source ? Math.Max(meanings.SourceWeights.GetValueOrDefault(source, 1), 0) : 1) * (origin.FromRecommendation ? feedback : 1))];
    }

    /// <summary>Creates the weights of the events of a log.</summary>
    public static EventWeights Create(EventLog log, EventMeanings meanings) =>
        new(new TypeMeanings(log.TypeNames, meanings), log.OriginNames, meanings);

    public double this[int type, int origin] => (double)_types.Weight(type) * _origins[origin];

    /// <summary>Whether an act weighs something or may take another one back.</summary>
    public bool Counts(int type, int origin) => _origins[origin] > 0 && _types.Counts(type);
}
