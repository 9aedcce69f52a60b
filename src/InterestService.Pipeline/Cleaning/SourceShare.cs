using InterestService.Pipeline.Events;
using InterestService.Pipeline.Meaning;

namespace InterestService.Pipeline.Cleaning;

/// <summary>The share of a source in a clustering.</summary>
/// <param name="Source">Name of the source; null: events without a source.</param>
/// <param name="Events">Events that counted, after cleaning.</param>
/// <param name="Share">Their part of all weight, by type, source, feedback and age, 0 to 1.</param>
public sealed record SourceShare(string? Source, long Events, double Share)
{
    /// <summary>Computes the share of each source in the weight of all events.</summary>
    /// <param name="clean">Every event has an item and a positive weight.</param>
    /// <param name="meanings">Weights of acts by type, source and feedback.</param>
    /// <param name="weighting">Ageing, from the log's last event.</param>
    /// <returns>The largest share first; empty when no event on an item names a source.</returns>
    public static IReadOnlyList<SourceShare> Compute(EventLog clean, EventMeanings meanings, WeightingOptions weighting)
    {
        if (clean.EventCount == 0 || clean.OriginNames.All(origin => origin.Source is null)) return [];
        var weights = EventWeights.Create(clean, meanings);
        long end = clean.LastTime;
        double[] sums = new double[clean.OriginNames.Length];
        long[] events = new long[sums.Length];
        for (int e = 0; e < clean.EventCount; e++)
        {
            sums[clean.OriginOf(e)] += Math.Max(weights[clean.Types[e], clean.OriginOf(e)] * clean.PreferenceOf(e), 0) * weighting.Ageing(end - clean.Times[e]);
            events[clean.OriginOf(e)]++;
        }

        double total = sums.Sum();
        return [.. clean.OriginNames.Index().GroupBy(origin => origin.Item.Source)
            .Select(source => new SourceShare(
                source.Key, source.Sum(origin => events[origin.Index]), source.Sum(origin => sums[origin.Index]) / total))
            .OrderByDescending(source => source.Share).ThenBy(source => source.Source, StringComparer.Ordinal)];
    }
}
