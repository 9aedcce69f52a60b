using InterestService.Pipeline.Comparisons;

namespace InterestService.Api.Comparisons;

/// <summary>
/// Sorts the rows of a comparison by a metric, the best first; rows without the metric come last. Distances of different encoders are not
/// comparable: by a metric of them rows are sorted within each encoder.
/// </summary>
internal static class ComparisonOrder
{
    // A higher value is always better.
    private static readonly Dictionary<string, Func<ComparisonRow, double?>> _figures = new()
    {
        ["recallAt10"] = row => row.Metrics?.RecallAt10,
        ["ndcgAt10"] = row => row.Metrics?.NdcgAt10,
        ["clusterPopularity"] = row => row.Metrics?.ClusterPopularity?.RecallAt10,
        ["adjustedRandIndex"] = row => row.Metrics?.AdjustedRandIndex,
        ["normalizedMutualInformation"] = row => row.Metrics?.NormalizedMutualInformation,
        ["stability"] = row => row.Metrics?.Stability,
        ["noise"] = row => -row.Metrics?.Noise,
        ["seconds"] = row => -(row.Encoding?.Seconds + row.Clustering?.Seconds),
        ["peakMemoryBytes"] = row => -Math.Max(row.Encoding?.PeakMemoryBytes ?? 0, row.Clustering?.PeakMemoryBytes ?? 0),
    };

    // Of distances between vectors.
    private static readonly Dictionary<string, Func<ComparisonRow, double?>> _distanceFigures = new()
    {
        ["silhouette"] = row => row.Metrics?.Silhouette,
        ["simplifiedSilhouette"] = row => row.Metrics?.SimplifiedSilhouette,
        ["calinskiHarabasz"] = row => row.Metrics?.CalinskiHarabasz,
        ["daviesBouldin"] = row => -row.Metrics?.DaviesBouldin,
        ["dbcv"] = row => row.Metrics?.Dbcv,
    };

    public static IReadOnlyCollection<string> Names { get; } = [.. _figures.Keys, .. _distanceFigures.Keys];

    public static IReadOnlyList<ComparisonRow> Sorted(IReadOnlyList<ComparisonRow> rows, string figure) => _figures.TryGetValue(figure, out var value)
        ? Sorted(rows, value)
        : [.. rows.GroupBy(row => row.Encoder).SelectMany(encoder => Sorted(encoder, _distanceFigures[figure]))];

    private static ComparisonRow[] Sorted(IEnumerable<ComparisonRow> rows, Func<ComparisonRow, double?> figure) =>
        [.. rows.OrderBy(row => row.Metrics is null || figure(row) is null).ThenByDescending(figure)];
}
