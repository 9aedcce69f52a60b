using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Weights the events and searches of a clean log.</summary>
public static class InteractionWeighting
{
    /// <summary>
    /// Adds up the events of each user and item: the weight of each act, halved for every half-life of age at the log's last event; then
    /// <c>ln(1 + sum)</c>, so that the hundredth purchase of the same thing counts less than the first. A dislike reduces the weight of what
    /// the same user likes on the whole.
    /// </summary>
    /// <param name="clean">A clean log: every event has an item; the set owns it from then on.</param>
    /// <param name="meanings">Weights of acts by type, source and feedback.</param>
    /// <param name="weighting">Ageing.</param>
    /// <param name="now">Time from which age is counted, in milliseconds since 1970; later events have none. Null: the last event's.</param>
    /// <param name="disliked">Whether the log holds dislikes (<see cref="EventCleaner.SelectDisliked"/>), which are weighted by their strength.</param>
    public static InteractionSet Apply(EventLog clean, EventMeanings meanings, WeightingOptions weighting, long? now = null, bool disliked = false)
    {
        int sign = disliked ? -1 : 1;
        var weights = EventWeights.Create(clean, meanings);
        long end = now ?? clean.LastTime;

        var (rowOffsets, columns, values) = WeightedRows.Sum(
            clean.UserOffsets, clean.Items.Span, e => sign * weights[clean.Types[e], clean.OriginOf(e)] * clean.PreferenceOf(e) * Ageing(clean.Times[e]));
        return new InteractionSet(clean, rowOffsets, columns, values)
        {
            Searches = clean.Searches is { } searches ? Apply(searches, meanings, Ageing) : null,
        };

        double Ageing(long time) => weighting.Ageing(end - time);
    }

    private static WeightedSearches Apply(SearchLog searches, EventMeanings meanings, Func<long, double> ageing)
    {
        var weights = new EventWeights(new TypeMeanings(searches.TypeNames, meanings), searches.OriginNames, meanings);
        var (offsets, columns, values) = WeightedRows.Sum(
            searches.Offsets, searches.Queries,
            s => weights[searches.Types[s], searches.Origins[s]] is > 0 and var weight ? weight * ageing(searches.Times[s]) : null);
        using (columns)
        using (values)
            return new WeightedSearches(searches.Texts, offsets, [.. columns], [.. values]);
    }
}
