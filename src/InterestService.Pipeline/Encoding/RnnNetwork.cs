using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>Gated recurrent units (Cho et al., 2014), then a layer norm.</summary>
internal sealed class RnnNetwork : nn.Module<Tensor, Tensor>
{
    private readonly GRU _units;
    private readonly SequenceDropout _dropout;
    private readonly LayerNorm _norm;

    public RnnNetwork(EncodingOptions options, SequenceDropout dropout) : base("rnn")
    {
        _units = nn.GRU(options.Dimensions, options.Dimensions, options.Layers ?? 1, batchFirst: true);
        _dropout = dropout;
        _norm = nn.LayerNorm(options.Dimensions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _norm.call(_dropout.call(_units.call(input).Item1));
}
