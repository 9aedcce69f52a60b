using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Profiling;

/// <summary>What one item of a user says of the user's cluster.</summary>
/// <param name="Item">Index of the item.</param>
/// <param name="Share">Its part of all that speaks for the cluster, 0 to 1; 0 when it speaks against.</param>
/// <param name="Evidence">
/// By how much the logarithm of the cluster's odds falls without the item's events; below 0 when it rises, which speaks against the cluster.
/// </param>
/// <param name="ProbabilityWithout">Of the cluster without the item's events, 0 to 1.</param>
public sealed record ItemEvidence(int Item, double Share, double Evidence, double ProbabilityWithout);

/// <summary>Why a user is in a cluster.</summary>
/// <param name="Probability">Of the cluster with all events, 0 to 1.</param>
/// <param name="Items">The largest share first; shares sum to 1.</param>
/// <param name="OtherItems">Items of the user that were not looked at.</param>
public sealed record ClusterEvidence(double Probability, IReadOnlyList<ItemEvidence> Items, int OtherItems);

/// <summary>
/// Explains a cluster by leaving one item after the other out: the weight of evidence (difference of log-odds) of Robnik-Šikonja and
/// Kononenko, "Explaining classifications for individual instances", IEEE TKDE 20 (2008). Works with any encoder.
/// </summary>
public static class Occlusion
{
    /// <summary>The user's weightiest items that are looked at, in one batch through the encoder.</summary>
    private const int MaxItems = 100;

    /// <param name="model">Has made the clusters.</param>
    /// <param name="set">Of <see cref="TrainedModel.Prepare"/>; the user has items.</param>
    /// <param name="user">Row of the set.</param>
    /// <param name="cluster">Row of the model's centroids.</param>
    /// <param name="cancellation">Looked at by the encoder.</param>
    public static ClusterEvidence Explain(TrainedModel model, InteractionSet set, int user, int cluster, CancellationToken cancellation)
    {
        int[] all = set.ColumnsOf(user).ToArray();
        float[] weights = set.WeightsOf(user).ToArray();
        int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(i => weights[i]).ThenBy(i => all[i]).Take(MaxItems)];
        // Without its only item a user is nobody: nothing is left that would be for the cluster or against it.
        var withouts = all.Length == 1 ? [] : order.Select(i => new Func<int, bool>(item => item != all[i]));
        var variants = set.Variants(user, [_ => true, .. withouts]);
        double[] odds = model.LogOdds(model.Encoder.Encode(variants, cancellation), variants, cluster);
        double[] evidence = [.. order.Select((_, i) => all.Length == 1 || odds[0] == odds[i + 1] ? 0 : odds[0] - odds[i + 1])];
        // Where no item alone makes a difference for the better, their weights are all there is to tell.
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
