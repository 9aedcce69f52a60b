namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Self-attention over the latest events (SASRec: Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018).
/// Defaults: 7 epochs, more where these make fewer than 200 steps; 16 windows of full length a step, learning rate .005,
/// dropout .3.
/// </summary>
public static class Transformer
{
    private static readonly SequenceMethod _method = new(
        Epochs: 7, BatchSize: 16, LearningRate: 5e-3, Dropout: .3, (options, dropout, mixed) => new TransformerNetwork(options, dropout, mixed));

    /// <summary>Trains on all users.</summary>
    public static SequenceEncoder Fit(EncoderInput input) => SequenceEncoder.Fit(input, _method);

    /// <summary>Reads a trained one.</summary>
    public static SequenceEncoder Load(Stream stream, EncoderShape shape) => SequenceEncoder.Load(stream, shape, _method);
}
