using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// What the autoencoder learns from. Whole histories, from which all of their items are to come out again, teach it what people
/// are like; histories cut at a random place, from which the few items after the cut are to come out, teach it what people want
/// next. With the cuts alone the clusters were worse, with the whole ones alone the ranking.
/// </summary>
internal sealed class AutoencoderTraining
{
    private const int WholesPerUser = 2;
    private const int ItemsPerCut = 16;

    /// <summary>With 10 the ranking of the very next item was worse by a fifth.</summary>
    private const int ItemsAfterCut = 3;

    private readonly ItemHistory[] _histories;

    public AutoencoderTraining(InteractionSet set) =>
        _histories = [.. Enumerable.Range(0, set.UserCount).Select(user => ItemHistory.Create(set, user))];

    /// <summary>Each history whole and freshly cut, a long one more often; in random order.</summary>
    public IEnumerable<AutoencoderExample[]> Batches(int batchSize, Random random)
    {
        var examples = new List<AutoencoderExample>();
        foreach (var history in _histories)
        {
            int count = history.Items.Length;
            for (int i = 0; i < WholesPerUser; i++) examples.Add(AutoencoderExample.Whole(history));
            for (int i = 0; i < count && count > 1; i += ItemsPerCut)
            {
                int cut = random.Next(1, count);
                examples.Add(new AutoencoderExample(history, cut, cut, Math.Min(cut + ItemsAfterCut, count), Autoencoder.ShortHalfLife));
            }
        }

        var order = examples.ToArray();
        random.Shuffle(order);
        return order.Chunk(batchSize);
    }
}

/// <param name="History">Of one user.</param>
/// <param name="Seen">How many of the history's items, the first ones, go in.</param>
/// <param name="From">The first of those that are to come out.</param>
/// <param name="To">The first one after them.</param>
/// <param name="HalfLife">As in <see cref="SparseBatch.Add(ItemHistory, int, double)"/>.</param>
internal readonly record struct AutoencoderExample(ItemHistory History, int Seen, int From, int To, double HalfLife)
{
    /// <summary>All of the history goes in and is to come out.</summary>
    public static AutoencoderExample Whole(ItemHistory history) =>
        new(history, history.Items.Length, 0, history.Items.Length, Autoencoder.LongHalfLife);

    /// <summary>What is to come out of some examples, each item weighted by its part of its row.</summary>
    public static List<(int Row, int Item, float Weight)> Targets(AutoencoderExample[] examples)
    {
        var targets = new List<(int, int, float)>();
        for (int row = 0; row < examples.Length; row++)
        {
            var (history, _, from, to, _) = examples[row];
            float sum = history.Weights[from..to].Sum();
            for (int i = from; i < to; i++) targets.Add((row, history.Items[i], history.Weights[i] / sum));
        }

        return targets;
    }
}
