namespace InterestService.Pipeline.Comparisons;

/// <summary>The pair to take, and why.</summary>
/// <param name="Encoder">Of the pair.</param>
/// <param name="Algorithm">Of the pair.</param>
/// <param name="Criterion">What was maximised: <c>adjustedRandIndex</c>, <c>clusterPopularityRecallAt10</c> or <c>stability</c>.</param>
/// <param name="Value">The pair's figure.</param>
/// <param name="Best">The best figure of all.</param>
/// <param name="Margin">Pairs that come within this of the best count as good.</param>
/// <param name="Reason">The rule in words.</param>
public sealed record ComparisonWinner(string Encoder, string Algorithm, string Criterion, double Value, double Best, double Margin, string Reason)
{
    /// <summary>Maximum difference in agreement or stability that is not significant.</summary>
    private const double Tie = .01;

    /// <summary>
    /// Chooses among pairs with at least two clusters and at most half of the users in noise: by the agreement with known groups or,
    /// without them, by the recall of the next item (popularity inside the cluster) or, with too few users for that, by the
    /// stability. Silhouettes do not count: those of different encoders come from different vector spaces and are not comparable. Of those within the margin, for the recall one standard error of the best (Breiman, Friedman,
    /// Olshen and Stone, "Classification and Regression Trees", 1984), the most stable one wins; of equally stable ones the fastest.
    /// </summary>
    /// <returns>Null when no pair qualifies.</returns>
    public static ComparisonWinner? Choose(IEnumerable<ComparisonRow> rows)
    {
        ComparisonRow[] qualified = [.. rows.Where(row => row is { Clusters: > 1, Metrics: { Silhouette: not null, Noise: <= .5 } })];
        if (qualified.Length == 0) return null;
        var (criterion, words, figure) = _criteria.FirstOrDefault(criterion => qualified.All(row => criterion.Figure(row) is not null));
        if (figure is null) return null;
        var best = qualified.MaxBy(row => figure(row)!.Value)!;
        double margin = criterion == "clusterPopularityRecallAt10" ? best.Metrics!.ClusterPopularity!.RecallAt10StandardError : Tie;
        var winner = qualified.Where(row => figure(row) >= figure(best) - margin)
            .OrderByDescending(row => row.Metrics!.Stability is { } stability ? Math.Round(stability, 2) : double.NegativeInfinity)
            .ThenBy(row => row.Encoding!.Seconds + row.Clustering!.Seconds)
            .First();
        return new ComparisonWinner(
            winner.Encoder, winner.Algorithm, criterion, figure(winner)!.Value, figure(best)!.Value, margin,
            $"Of the pairs with at least two clusters and at most half of the users in noise, those whose {words} is within {margin:0.000} of the best ({figure(best):0.000}); of these the most stable; of equally stable ones the quickest. Silhouettes do not count: those of different encoders are not comparable.");
    }

    private static readonly (string Name, string Words, Func<ComparisonRow, double?> Figure)[] _criteria =
    [
        ("adjustedRandIndex", "agreement with the known groups (adjusted Rand index)", row => row.Metrics!.AdjustedRandIndex),
        ("clusterPopularityRecallAt10", "recall@10 by popularity inside the cluster", row => row.Metrics!.ClusterPopularity?.RecallAt10),
        ("stability", "stability", row => row.Metrics!.Stability),
    ];
}
