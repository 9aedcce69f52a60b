using InterestService.Pipeline.Events;
using InterestService.Pipeline.LanguageModels;

namespace InterestService.Pipeline.Encoding;

/// <summary>What an encoder is trained on.</summary>
/// <param name="Training">Events to learn from; the held-out ones are not among them.</param>
/// <param name="Catalogue">What is known of each item, <c>[items]</c>.</param>
/// <param name="Seed">Seed for all random draws.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Threads">Maximum number of threads, in training and afterwards. The same number gives the same bytes.</param>
/// <param name="Cancellation">Checked before each step.</param>
public sealed record EncoderInput(
    InteractionSet Training,
    IReadOnlyList<ItemDescription> Catalogue,
    int Seed,
    string Device,
    int Threads,
    CancellationToken Cancellation)
{
    /// <summary>
    /// Computes the recall@10 of held-out items, by which training stops early; null when there are too few of them. The default is null
    /// for every scorer: training runs for all its epochs.
    /// </summary>
    public Func<ItemScorer, double?> Validate { get; init; } = _ => null;

    /// <summary>Opens the language models of texts. The default opens those in folders.</summary>
    public TextModels TextModels { get; init; } = new();

    /// <summary>Receives progress after each epoch. The default does nothing.</summary>
    public Action<EpochReport> Report { get; init; } = _ => { };
}

/// <summary>One pass over the training data, or a part of the work of an encoder that is not trained.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">Maximum number of epochs.</param>
/// <param name="Loss">Mean training loss, in nats an event, or what the encoder states; null where nothing is trained.</param>
/// <param name="RecallAt10">Recall of the held-out items; null when there are too few of them.</param>
public sealed record EpochReport(int Epoch, int Epochs, double? Loss, double? RecallAt10);

/// <summary>What a saved encoder does not hold and needs to be read again.</summary>
/// <param name="ItemCount">Number of items that it was trained on.</param>
/// <param name="TypeNames">Event types that it was trained on, in their order.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>; need not be the one of training.</param>
/// <param name="Threads">Maximum number of threads; need not be the one of training.</param>
public sealed record EncoderShape(int ItemCount, IReadOnlyList<string> TypeNames, string Device, int Threads)
{
    /// <summary>Opens the language models of texts. The default opens those in folders.</summary>
    public TextModels TextModels { get; init; } = new();

    internal static EncoderShape From(EncoderInput input) =>
        new(input.Training.ItemCount, input.Training.Events.TypeNames, input.Device, input.Threads) { TextModels = input.TextModels };
}
