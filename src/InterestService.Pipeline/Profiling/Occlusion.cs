using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Profiling;

/// <summary>The evidence of one item for a user's cluster.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Share">Part of all positive evidence, 0 to 1; 0 for an item with negative evidence.</param>
/// <param name="Evidence">
/// What the item's events add to the logarithm of the cluster's odds, the mean of two cases: beside all other items and alone; negative when
/// they lower the odds.
/// </param>
/// <param name="ProbabilityWithout">Probability of the cluster without the item's events, 0 to 1.</param>
public sealed record ItemEvidence(int Item, double Share, double Evidence, double ProbabilityWithout);

/// <summary>The reasons for a user's cluster.</summary>
/// <param name="Probability">Probability of the cluster with all events, 0 to 1.</param>
/// <param name="Items">Items, the largest share first; shares sum to 1.</param>
/// <param name="OtherItems">Number of the user's other items.</param>
public sealed record ClusterEvidence(double Probability, IReadOnlyList<ItemEvidence> Items, int OtherItems);

/// <summary>
/// Explains a user's cluster by the weight of evidence (difference of log-odds) of one item at a time: Robnik-Šikonja and Kononenko,
/// "Explaining classifications for individual instances", IEEE TKDE 20 (2008). Excluding an item alone says nothing where others say the same,
/// and a user of one interest would have reasons at random; so what the item adds to all others counts as much as what it says alone. These are
/// the two ends of a Shapley value (Lundberg and Lee, NeurIPS 2017), and all of it for two items. Works with any encoder.
/// </summary>
public static class Occlusion
{
    /// <summary>Maximum number of items, those with the largest weights, in one batch through the encoder.</summary>
    private const int MaxItems = 100;

    /// <summary>Computes the evidence of a user's items for a cluster.</summary>
    /// <param name="logOdds">Computes the logarithm of the cluster's odds for all users of a set, <c>[users]</c>.</param>
    /// <param name="set">A set in which the user has items.</param>
    /// <param name="user">Row of the set.</param>
    /// <param name="priorLogOdds">The logarithm of the cluster's odds for a user of whom nothing is known, in nats; finite.</param>
    public static ClusterEvidence Explain(Func<InteractionSet, double[]> logOdds, InteractionSet set, int user, double priorLogOdds)
    {
        int[] all = set.ColumnsOf(user).ToArray();
        float[] weights = set.WeightsOf(user).ToArray();
        int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(i => weights[i]).ThenBy(i => all[i]).Take(MaxItems)];
        var alone = order.Select(i => new Func<int, bool>(item => item == all[i]));
        // A user without the only item has no vector.
        var withouts = all.Length == 1 ? [] : order.Select(i => new Func<int, bool>(item => item != all[i]));
        using var variants = set.Variants(user, [_ => true, .. alone, .. withouts]);
        double[] odds = logOdds(variants);
        double[] without = all.Length == 1 ? [priorLogOdds] : odds[(order.Length + 1)..];
        double[] evidence = [.. order.Select((_, i) => (Difference(odds[0], without[i]) + Difference(odds[i + 1], priorLogOdds)) / 2)];
        // Where no item raises the odds, the shares follow the weights.
        double[] positive = evidence.Any(e => e > 0) ? [.. evidence.Select(e => Math.Max(e, 0))] : [.. order.Select(i => (double)weights[i])];
        double sum = positive.Sum();
        return new ClusterEvidence(
            Probability(odds[0]),
            [.. order.Select((item, i) => new ItemEvidence(
                    all[item], positive[i] / sum, evidence[i], all.Length == 1 ? 0 : Probability(without[i])))
                .OrderByDescending(item => item.Share).ThenByDescending(item => item.Evidence)],
            all.Length - order.Length);
    }

    /// <summary>The difference of two log-odds; 0 where a cluster is certain, as a single one is.</summary>
    private static double Difference(double with, double without) => double.IsFinite(with) && double.IsFinite(without) ? with - without : 0;

    private static double Probability(double odds) => 1 / (1 + Math.Exp(-odds));
}
