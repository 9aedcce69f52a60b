using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Judges rankings of held-out next items, beside the simple ways, which are fitted once.</summary>
/// <param name="training">What the rankings were learned from.</param>
/// <param name="test">The held-out items; may be empty.</param>
public sealed class RankingEvaluator(InteractionSet training, HeldOutItems test)
{
    private readonly Lazy<BaselineQuality> _popularity = new(() => Evaluate(training, test, RankingBaselines.Popularity(training)));
    private readonly Lazy<BaselineQuality> _itemKnn = new(() => Evaluate(training, test, RankingBaselines.ItemKnn(training, test.Users)));

    /// <summary>The encoder's ranking, popularity inside the clusters, popularity and item neighbours; nothing when nothing was held out.</summary>
    public ClusteringMetrics AddRanking(ClusteringMetrics metrics, ItemScorer encoder, Partition partition)
    {
        if (test.Count == 0) return metrics;
        var ranking = RankingMetrics.Evaluate(encoder, training, test);
        return metrics with
        {
            RecallAt10 = ranking.RecallAt10,
            RecallAt10StandardError = ranking.RecallAt10StandardError,
            NdcgAt10 = ranking.NdcgAt10,
            NdcgAt10StandardError = ranking.NdcgAt10StandardError,
            RankingSampleSize = ranking.SampleSize,
            ClusterPopularity = Evaluate(training, test, RankingBaselines.PopularityInCluster(training, partition.Nearest, partition.Clusters)),
            Popularity = _popularity.Value,
            ItemKnn = _itemKnn.Value,
        };
    }

    private static BaselineQuality Evaluate(InteractionSet training, HeldOutItems test, ItemScorer scorer)
    {
        var quality = RankingMetrics.Evaluate(scorer, training, test);
        return new BaselineQuality(quality.RecallAt10, quality.RecallAt10StandardError, quality.NdcgAt10);
    }
}
