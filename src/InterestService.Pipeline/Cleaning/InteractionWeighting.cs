using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Cleaning;

/// <summary>Weights the events and searches of a clean log.</summary>
public static class InteractionWeighting
{
    /// <summary>
    /// Adds up the events of each user and item: the weight of each act, halved for every half-life of age at the log's last event; then
    /// <c>ln(1 + sum)</c>, so that the hundredth purchase of the same thing counts less than the first.
    /// </summary>
    /// <param name="clean">A log in which every event has an item and a positive weight; the set owns it from then on.</param>
    /// <param name="cleaning">Weights of acts by type, source and feedback.</param>
    /// <param name="weighting">Ageing.</param>
    /// <param name="now">Time from which age is counted, in milliseconds since 1970; later events have none. Null: the last event's.</param>
    public static InteractionSet Apply(EventLog clean, CleaningOptions cleaning, WeightingOptions weighting, long? now = null)
    {
        var weights = EventWeights.Create(clean, cleaning);
        long end = now ?? clean.LastTime;

        var (rowOffsets, columns, values) = WeightedRows.Sum(
            clean.UserOffsets, clean.Items.Span, e => weights[clean.Types[e], clean.OriginOf(e)] * Ageing(clean.Times[e]));
        return new InteractionSet(clean, rowOffsets, columns, values)
        {
            Searches = clean.Searches is { } searches ? Apply(searches, cleaning, Ageing) : null,
        };

        double Ageing(long time) => weighting.Ageing(end - time);
    }

    private static WeightedSearches Apply(SearchLog searches, CleaningOptions cleaning, Func<long, double> ageing)
    {
        var weights = new EventWeights(searches.TypeNames, searches.OriginNames, cleaning);
        var (offsets, columns, values) = WeightedRows.Sum(
            searches.Offsets, searches.Queries,
            s => weights[searches.Types[s], searches.Origins[s]] is > 0 and var weight ? weight * ageing(searches.Times[s]) : null);
        using (columns)
        using (values)
            return new WeightedSearches(searches.Texts, offsets, [.. columns], [.. values]);
    }
}
