using InterestService.Pipeline.Events;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Gated recurrent units over the latest events (GRU4Rec: Hidasi, Karatzoglou, Baltrunas and Tikk, "Session-based
/// Recommendations with Recurrent Neural Networks", ICLR 2016). Defaults: 9 epochs, up to 20 where these make fewer than 1,600 steps;
/// 16 windows of full length a step, learning rate .003, dropout .3.
/// </summary>
public static class RnnEncoder
{
    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<SequenceOptions>("rnn", Fit, Load)
    {
        IsNetwork = true,
        UsesOrder = true,
        Whitening = SequenceEncoder.Whitening,
    };

    /// <summary>Trains on all users.</summary>
    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    public static SequenceEncoder Fit(EncoderInput input, SequenceOptions options) => SequenceEncoder.Fit(input, options, Method(options));

    /// <summary>Reads a trained one.</summary>
    public static SequenceEncoder Load(Stream stream, EncoderShape shape, SequenceOptions options) =>
        SequenceEncoder.Load(stream, shape, options, Method(options));

    private static SequenceMethod Method(SequenceOptions options) =>
        new(Epochs: 9, BatchSize: 16, LearningRate: 3e-3, Dropout: .3, dropout => new RnnNetwork(options, dropout));
}

/// <summary>Gated recurrent units (Cho et al., 2014), then a layer norm.</summary>
internal sealed class RnnNetwork : nn.Module<Tensor, Tensor>
{
    private readonly GRU _units;
    private readonly SequenceDropout _dropout;
    private readonly LayerNorm _norm;

    public RnnNetwork(SequenceOptions options, SequenceDropout dropout) : base("rnn")
    {
        _units = nn.GRU(options.Dimensions, options.Dimensions, options.Layers ?? 1, batchFirst: true);
        _dropout = dropout;
        _norm = nn.LayerNorm(options.Dimensions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _norm.call(_dropout.call(_units.call(input).Item1));
}
