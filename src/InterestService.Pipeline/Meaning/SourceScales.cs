using System.Runtime.InteropServices;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Meaning;

/// <summary>
/// Finds the scale of the ratings of each type from each source: the one that is given in the options, else the one that was found before (for
/// the source, else for the type), else the one that fits the ratings of the log.
/// </summary>
internal static class SourceScales
{
    /// <param name="log">A log before cleaning.</param>
    /// <param name="keep">Whether an event counts, <c>[events]</c>.</param>
    /// <param name="types">Types of the log.</param>
    /// <param name="meanings">Given scales, and those that were found before.</param>
    /// <returns>Scales by type and origin, <c>[types, origins]</c>, and the same as a list.</returns>
    public static (RatingScale[,] OfRatings, IReadOnlyList<SourceScale> List) Find(
        EventLog log, Column<bool> keep, TypeMeanings types, EventMeanings meanings)
    {
        var (scales, list) = (new RatingScale[log.TypeNames.Length, log.OriginNames.Length], new List<SourceScale>());
        foreach (var ((type, source), values) in Ratings(log, keep, types).OrderBy(group => group.Key.Type).ThenBy(group => group.Key.Source, StringComparer.Ordinal))
        {
            var scale = Known(meanings, log.TypeNames[type], source) ?? RatingScale.Find(CollectionsMarshal.AsSpan(values));
            list.Add(new SourceScale(source, log.TypeNames[type], scale.Low, scale.High));
            foreach (var (origin, name) in log.OriginNames.Index())
                if (name.Source == source) scales[type, origin] = scale;
        }

        return (scales, list);
    }

    private static Dictionary<(int Type, string? Source), List<float>> Ratings(EventLog log, Column<bool> keep, TypeMeanings types)
    {
        var ratings = new Dictionary<(int Type, string? Source), List<float>>();
        for (int e = 0; e < log.Values.Length; e++)
        {
            if (!keep[e] || !types.IsRating(log.Types[e]) || float.IsNaN(log.Values[e])) continue;
            var group = (log.Types[e], log.OriginNames[log.OriginOf(e)].Source);
            if (!ratings.TryGetValue(group, out var values)) ratings.Add(group, values = []);
            values.Add(log.Values[e]);
        }

        return ratings;
    }

    private static RatingScale? Known(EventMeanings meanings, string type, string? source)
    {
        foreach (string name in source is null ? (string[])[type] : [$"{source}/{type}", type])
            foreach (var (given, scale) in meanings.RatingScales)
                if (EventTypeNames.Comparer.Equals(given, name)) return scale;
        var known = meanings.KnownScales.Where(scale => EventTypeNames.Comparer.Equals(scale.EventType, type)).ToList();
        return (known.Find(scale => scale.Source == source) ?? known.FirstOrDefault()) is { } found ? new RatingScale(found.Low, found.High) : null;
    }
}
