namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Causal dilated convolutions over the latest events (NextItNet: Yuan et al., "A Simple Convolutional Generative Network for
/// Next Item Recommendation", WSDM 2019).
/// </summary>
public static class Cnn
{
    private static readonly SequenceMethod _method = new(
        Epochs: 6, BatchSize: 16, LearningRate: 5e-3, Dropout: .3, (options, dropout) => new CnnNetwork(options, dropout));

    /// <summary>Trains on all users.</summary>
    public static SequenceEncoder Fit(EncoderInput input) => SequenceEncoder.Fit(input, _method);

    /// <summary>Reads a trained one.</summary>
    public static SequenceEncoder Load(Stream stream, EncoderShape shape) => SequenceEncoder.Load(stream, shape, _method);
}
