namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Gated recurrent units over the latest events (GRU4Rec: Hidasi, Karatzoglou, Baltrunas and Tikk, "Session-based
/// Recommendations with Recurrent Neural Networks", ICLR 2016).
/// </summary>
public static class Rnn
{
    private static readonly SequenceMethod _method = new(
        Epochs: 30, BatchSize: 24, LearningRate: 2e-3, Dropout: .2, (options, dropout) => new RnnNetwork(options, dropout));

    /// <summary>Trains on all users.</summary>
    public static SequenceEncoder Fit(EncoderInput input) => SequenceEncoder.Fit(input, _method);
}
