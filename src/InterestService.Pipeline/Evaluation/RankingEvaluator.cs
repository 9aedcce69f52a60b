using InterestService.Pipeline.Evaluation.Rankings;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation;

/// <summary>Evaluates rankings of held-out next items, and the baselines, which are fitted once.</summary>
/// <param name="training">The interactions that the rankings were learned from.</param>
/// <param name="test">The held-out items; may be empty.</param>
/// <param name="threads">Maximum number of threads.</param>
/// <param name="cancellation">Checked before each item of the baselines and each batch of users.</param>
public sealed class RankingEvaluator(InteractionSet training, HeldOutItems test, int threads, CancellationToken cancellation)
{
    private readonly Lazy<BaselineQuality> _popularity = new(
        () => Evaluate(training, test, RankingBaselines.Popularity(training), cancellation));
    private readonly Lazy<BaselineQuality> _itemKnn = new(
        () => Evaluate(training, test, RankingBaselines.ItemKnn(training, test.Users, threads, cancellation), cancellation));

    /// <summary>
    /// Adds the ranking of the encoder, popularity within the clusters, popularity and item neighbours, or a note if no items were held out.
    /// </summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ClusteringMetrics AddRanking(ClusteringMetrics metrics, ItemScorer encoder, Partition partition)
    {
        if (test.Count == 0)
        {
            return metrics.WithNote(
                "No items were held out: too few users have five different items.",
                nameof(metrics.RecallAt10), nameof(metrics.NdcgAt10), nameof(metrics.ClusterPopularity), nameof(metrics.Popularity), nameof(metrics.ItemKnn));
        }

        var ranking = RankingMetrics.Evaluate(encoder, training, test, cancellation);
        return metrics with
        {
            RecallAt10 = ranking.RecallAt10,
            RecallAt10StandardError = ranking.RecallAt10StandardError,
            NdcgAt10 = ranking.NdcgAt10,
            NdcgAt10StandardError = ranking.NdcgAt10StandardError,
            RankingSampleSize = ranking.SampleSize,
            ClusterPopularity = Evaluate(
                training, test, RankingBaselines.PopularityInCluster(training, partition.Nearest, partition.Clusters), cancellation),
            Popularity = _popularity.Value,
            ItemKnn = _itemKnn.Value,
        };
    }

    private static BaselineQuality Evaluate(InteractionSet training, HeldOutItems test, ItemScorer scorer, CancellationToken cancellation)
    {
        var quality = RankingMetrics.Evaluate(scorer, training, test, cancellation);
        return new BaselineQuality(quality.RecallAt10, quality.RecallAt10StandardError, quality.NdcgAt10);
    }
}
