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
    /// <param name="metrics">The other metrics.</param>
    /// <param name="encoder">Scores of the encoder.</param>
    /// <param name="partition">Clusters of all users.</param>
    /// <param name="telling">Nearest cluster of each user, -1 for users of whom the encoder knows nothing, <c>[users]</c>.</param>
    /// <param name="shuffleSeed">Seed of the shuffled histories that show whether the order matters; null where the encoder does not use it.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public ClusteringMetrics AddRanking(ClusteringMetrics metrics, ItemScorer encoder, Partition partition, int[] telling, int? shuffleSeed)
    {
        if (test.Count == 0)
        {
            return metrics.WithNote(
                "No items were held out: too few users have five different items.",
                nameof(metrics.RecallAt10), nameof(metrics.NdcgAt10), nameof(metrics.ClusterPopularity), nameof(metrics.Popularity), nameof(metrics.ItemKnn),
                nameof(metrics.RecallAt10Shuffled), nameof(metrics.OrderEffect));
        }

        int[] ranks = RankingMetrics.Ranks(encoder, training, test, cancellation);
        var ranking = RankingMetrics.Quality(ranks);
        return AddOrderEffect(metrics, encoder, ranks, shuffleSeed) with
        {
            RecallAt10 = ranking.RecallAt10,
            RecallAt10StandardError = ranking.RecallAt10StandardError,
            NdcgAt10 = ranking.NdcgAt10,
            NdcgAt10StandardError = ranking.NdcgAt10StandardError,
            RankingSampleSize = ranking.SampleSize,
            ClusterPopularity = Evaluate(
                training, test, RankingBaselines.PopularityInCluster(training, partition.Nearest, telling, partition.Clusters), cancellation),
            Popularity = _popularity.Value,
            ItemKnn = _itemKnn.Value,
        };
    }

    /// <summary>Adds the recall with shuffled histories, and what the real order adds to it.</summary>
    private ClusteringMetrics AddOrderEffect(ClusteringMetrics metrics, ItemScorer encoder, int[] ranks, int? seed)
    {
        string? missing = seed is null ? "The encoder does not use the order of events."
            : test.Count < HeldOutItems.Enough ? $"Too few items were held out: {test.Count}, of {HeldOutItems.Enough} or more."
            : null;
        if (missing is not null) return metrics.WithNote(missing, nameof(metrics.RecallAt10Shuffled), nameof(metrics.OrderEffect));
        using var histories = ShuffledHistories.Create(training, test.Users, seed!.Value);
        int[] shuffled = RankingMetrics.Ranks(encoder, histories, test with { Users = histories.AllUsers() }, cancellation);
        var (difference, error) = RankingMetrics.Compare(ranks, shuffled);
        return metrics with
        {
            RecallAt10Shuffled = RankingMetrics.Quality(shuffled).RecallAt10,
            OrderEffect = difference,
            OrderEffectStandardError = error,
        };
    }

    private static BaselineQuality Evaluate(InteractionSet training, HeldOutItems test, ItemScorer scorer, CancellationToken cancellation)
    {
        var quality = RankingMetrics.Evaluate(scorer, training, test, cancellation);
        return new BaselineQuality(quality.RecallAt10, quality.RecallAt10StandardError, quality.NdcgAt10);
    }
}
