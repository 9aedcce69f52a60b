using InterestService.Pipeline.Clustering;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Judges rankings of held-out next items, beside the simple ways, which are fitted once.</summary>
/// <param name="training">What the rankings were learned from.</param>
/// <param name="test">The held-out items; may be empty.</param>
public sealed class RankingJudge(InteractionSet training, HeldOutItems test)
{
    private readonly Lazy<BaselineQuality> _popularity = new(() => Judge(training, test, RankingBaselines.Popularity(training)));
    private readonly Lazy<BaselineQuality> _itemKnn = new(() => Judge(training, test, RankingBaselines.ItemKnn(training, test.Users)));

    /// <summary>The encoder's ranking, popularity inside the clusters, popularity and item neighbours; nothing when nothing was held out.</summary>
    public ClusteringMetrics Ranking(ClusteringMetrics metrics, Ranking.Scorer encoder, Partition partition)
    {
        if (test.Count == 0) return metrics;
        var ranking = Evaluation.Ranking.Evaluate(encoder, training, test);
        return metrics with
        {
            RecallAt10 = ranking.RecallAt10,
            RecallAt10StandardError = ranking.RecallAt10StandardError,
            NdcgAt10 = ranking.NdcgAt10,
            NdcgAt10StandardError = ranking.NdcgAt10StandardError,
            RankingSampleSize = ranking.SampleSize,
            ClusterPopularity = Judge(training, test, RankingBaselines.PopularityInCluster(training, partition.Nearest, partition.Clusters)),
            Popularity = _popularity.Value,
            ItemKnn = _itemKnn.Value,
        };
    }

    private static BaselineQuality Judge(InteractionSet training, HeldOutItems test, Ranking.Scorer scorer)
    {
        var quality = Evaluation.Ranking.Evaluate(scorer, training, test);
        return new BaselineQuality(quality.RecallAt10, quality.RecallAt10StandardError, quality.NdcgAt10);
    }
}
