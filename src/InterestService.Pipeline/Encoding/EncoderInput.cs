using InterestService.Pipeline.Events;

namespace InterestService.Pipeline.Encoding;

/// <summary>What an encoder is trained on.</summary>
/// <param name="Training">Events to learn from; the held-out ones are not among them.</param>
/// <param name="Validation">Held-out next items that tell when to stop; may be empty.</param>
/// <param name="Catalogue">What is known of each item, <c>[items]</c>.</param>
/// <param name="Options">Shape and training.</param>
/// <param name="Seed">Of everything random.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Report">Told after each epoch.</param>
/// <param name="Cancellation">Looked at before each step.</param>
public sealed record EncoderInput(
    InteractionSet Training,
    HeldOutItems Validation,
    IReadOnlyList<ItemDescription> Catalogue,
    EncodingOptions Options,
    int Seed,
    string Device,
    Action<EpochReport> Report,
    CancellationToken Cancellation);

/// <summary>One pass over the training data, or a part of the work of an encoder that is not trained.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">At most so many.</param>
/// <param name="Loss">Mean training loss, in nats an event; null where nothing is trained.</param>
/// <param name="RecallAt10">Of the held-out items; null when there are too few to tell.</param>
public sealed record EpochReport(int Epoch, int Epochs, double? Loss, double? RecallAt10);

/// <summary>What a saved encoder has to be told to be read again.</summary>
/// <param name="ItemCount">Items that it was trained on.</param>
/// <param name="TypeNames">Event types that it was trained on, in their order.</param>
/// <param name="Options">As in training.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>; need not be the one of training.</param>
public sealed record EncoderShape(int ItemCount, IReadOnlyList<string> TypeNames, EncodingOptions Options, string Device)
{
    internal static EncoderShape From(EncoderInput input) =>
        new(input.Training.ItemCount, input.Training.Events.TypeNames, input.Options, input.Device);
}
