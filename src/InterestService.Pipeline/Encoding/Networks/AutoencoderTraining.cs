using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// What the autoencoder learns from. Whole histories, whose targets are all of their items, teach it what users are like; histories
/// cut at a random place, whose targets are the few items after the cut, teach it what users want next. With the cuts alone the
/// clusters were worse, with the whole histories alone the ranking.
/// </summary>
internal sealed class AutoencoderTraining
{
    private const int WholesPerUser = 2;
    private const int ItemsPerCut = 16;

    /// <summary>With 10 the ranking of the very next item was worse by a fifth.</summary>
    private const int ItemsAfterCut = 3;

    private const int MaxEpochs = 20;
    private const int MinEpochs = 1;

    /// <summary>
    /// Examples of all epochs together: many users teach in one epoch what few users teach in many. With a million events of 50,000 users,
    /// one epoch separates the planted interests no worse than two or twenty.
    /// </summary>
    private const int MaxExamples = 300_000;

    private const int MinBatchSize = 128;
    private const int MaxBatchSize = 1024;

    /// <summary>Steps of an epoch, above which steps become larger instead.</summary>
    private const int StepsPerEpoch = 200;

    private readonly ItemHistory[] _histories;
    private readonly int _examples;

    public AutoencoderTraining(InteractionSet set)
    {
        _histories = [.. Enumerable.Range(0, set.UserCount).Select(user => ItemHistory.Create(set, user))];
        _examples = _histories.Sum(history => WholesPerUser + CutsOf(history));
    }

    /// <summary>Default number of epochs: 20, fewer where the examples of all of them would be more than 300,000, at least 1.</summary>
    public int Epochs => Math.Clamp(MaxExamples / Math.Max(_examples, 1), MinEpochs, MaxEpochs);

    /// <summary>Default number of examples of a step: 128, more where an epoch would have more than 200 steps, at most 1024.</summary>
    public int BatchSize => Math.Clamp(_examples / StepsPerEpoch, MinBatchSize, MaxBatchSize);

    /// <summary>Returns each history whole and newly cut, a long one more often, in random order.</summary>
    public IEnumerable<AutoencoderExample[]> Batches(int batchSize, Random random)
    {
        var examples = new List<AutoencoderExample>(_examples);
        foreach (var history in _histories)
        {
            int count = history.Items.Length;
            for (int i = 0; i < WholesPerUser; i++) examples.Add(AutoencoderExample.Whole(history));
            for (int i = 0; i < CutsOf(history); i++)
            {
                int cut = random.Next(1, count);
                examples.Add(new AutoencoderExample(history, cut, cut, Math.Min(cut + ItemsAfterCut, count), Autoencoder.ShortHalfLife));
            }
        }

        var order = examples.ToArray();
        random.Shuffle(order);
        return order.Chunk(batchSize);
    }

    private static int CutsOf(ItemHistory history) =>
        history.Items.Length > 1 ? (history.Items.Length + ItemsPerCut - 1) / ItemsPerCut : 0;
}

/// <summary>One input and its targets.</summary>
/// <param name="History">The history of one user.</param>
/// <param name="Seen">Number of the history's first items that are the input.</param>
/// <param name="From">The first target.</param>
/// <param name="To">The end of the targets.</param>
/// <param name="HalfLife">As in <see cref="SparseBatch.Add(ItemHistory, int, double)"/>.</param>
internal readonly record struct AutoencoderExample(ItemHistory History, int Seen, int From, int To, double HalfLife)
{
    /// <summary>Creates the example whose input and targets are the whole history.</summary>
    public static AutoencoderExample Whole(ItemHistory history) =>
        new(history, history.Items.Length, 0, history.Items.Length, Autoencoder.LongHalfLife);

    /// <summary>Returns the targets of some examples, each weighted by its part of its row.</summary>
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
