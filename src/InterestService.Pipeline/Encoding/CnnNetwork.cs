using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>Layers of causal convolutions whose reach grows by powers of two, then a layer norm.</summary>
internal sealed class CnnNetwork : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<CnnLayer> _layers;
    private readonly LayerNorm _norm;

    public CnnNetwork(EncodingOptions options, SequenceDropout dropout) : base("cnn")
    {
        _layers =
            [.. Enumerable.Range(0, options.Layers ?? 2).Select(layer => new CnnLayer(options.Dimensions, 1 << (2 * layer), dropout))];
        _norm = nn.LayerNorm(options.Dimensions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var states = input;
        foreach (var layer in _layers) states = layer.call(states);
        return _norm.call(states);
    }
}
