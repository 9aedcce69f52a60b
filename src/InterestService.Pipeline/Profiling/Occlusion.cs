using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Profiling;

/// <summary>The evidence of one item for a user's cluster.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Share">Part of all positive evidence, 0 to 1; 0 for an item with negative evidence.</param>
/// <param name="Evidence">
/// Decrease of the logarithm of the cluster's odds without the item's events; negative when the odds rise.
/// </param>
/// <param name="ProbabilityWithout">Probability of the cluster without the item's events, 0 to 1.</param>
public sealed record ItemEvidence(int Item, double Share, double Evidence, double ProbabilityWithout);

/// <summary>The reasons for a user's cluster.</summary>
/// <param name="Probability">Probability of the cluster with all events, 0 to 1.</param>
/// <param name="Items">Items, the largest share first; shares sum to 1.</param>
/// <param name="OtherItems">Number of the user's other items.</param>
public sealed record ClusterEvidence(double Probability, IReadOnlyList<ItemEvidence> Items, int OtherItems);

/// <summary>
/// Explains a user's cluster by excluding one item at a time: the weight of evidence (difference of log-odds) of Robnik-Šikonja and
/// Kononenko, "Explaining classifications for individual instances", IEEE TKDE 20 (2008). Works with any encoder.
/// </summary>
public static class Occlusion
{
    /// <summary>Maximum number of items, those with the largest weights, in one batch through the encoder.</summary>
    private const int MaxItems = 100;

    /// <summary>Computes the evidence of a user's items for a cluster.</summary>
    /// <param name="logOdds">Computes the logarithm of the cluster's odds for all users of a set, <c>[users]</c>.</param>
    /// <param name="set">A set in which the user has items.</param>
    /// <param name="user">Row of the set.</param>
    public static ClusterEvidence Explain(Func<InteractionSet, double[]> logOdds, InteractionSet set, int user)
    {
        int[] all = set.ColumnsOf(user).ToArray();
        float[] weights = set.WeightsOf(user).ToArray();
        int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(i => weights[i]).ThenBy(i => all[i]).Take(MaxItems)];
        // A user without the only item has no vector, so there are no odds to compare.
        var withouts = all.Length == 1 ? [] : order.Select(i => new Func<int, bool>(item => item != all[i]));
        using var variants = set.Variants(user, [_ => true, .. withouts]);
        double[] odds = logOdds(variants);
        double[] evidence = [.. order.Select((_, i) => all.Length == 1 || odds[0] == odds[i + 1] ? 0 : odds[0] - odds[i + 1])];
        // Where no single item raises the odds, the shares follow the weights.
        double[] positive = evidence.Any(e => e > 0) ? [.. evidence.Select(e => Math.Max(e, 0))] : [.. order.Select(i => (double)weights[i])];
        double sum = positive.Sum();
        return new ClusterEvidence(
            Probability(odds[0]),
            [.. order.Select((item, i) => new ItemEvidence(
                    all[item], positive[i] / sum, evidence[i], all.Length == 1 ? 0 : Probability(odds[i + 1])))
                .OrderByDescending(item => item.Share).ThenByDescending(item => item.Evidence)],
            all.Length - order.Length);
    }

    private static double Probability(double odds) => 1 / (1 + Math.Exp(-odds));
}
