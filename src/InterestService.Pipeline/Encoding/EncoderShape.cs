namespace InterestService.Pipeline.Encoding;

/// <summary>What a saved encoder has to be told to be read again.</summary>
/// <param name="ItemCount">Items that it was trained on.</param>
/// <param name="TypeNames">Event types that it was trained on, in their order.</param>
/// <param name="Options">As in training.</param>
/// <param name="Device"><c>cpu</c> or <c>cuda</c>; need not be the one of training.</param>
public sealed record EncoderShape(int ItemCount, IReadOnlyList<string> TypeNames, EncodingOptions Options, string Device)
{
    internal static EncoderShape Of(EncoderInput input) =>
        new(input.Training.ItemCount, input.Training.Events.TypeNames, input.Options, input.Device);
}
