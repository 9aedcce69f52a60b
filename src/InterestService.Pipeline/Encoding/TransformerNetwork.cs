using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>Learned positions, then layers of causal self-attention, then a layer norm.</summary>
internal sealed class TransformerNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _positions;
    private readonly ModuleList<TransformerLayer> _layers;
    private readonly LayerNorm _norm;

    public TransformerNetwork(EncodingOptions options, SequenceDropout dropout, bool mixed) : base("transformer")
    {
        _positions = nn.Parameter(zeros(options.SequenceLength, options.Dimensions));
        _layers = [.. Enumerable.Range(0, options.Layers ?? 2)
            .Select(_ => new TransformerLayer(options.Dimensions, options.Heads, dropout, mixed))];
        _norm = nn.LayerNorm(options.Dimensions);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var states = input.Plus(_positions.narrow(0, 0, input.shape[1])); // [batch x length x dimensions]
        foreach (var layer in _layers) states = layer.call(states);
        return _norm.call(states);
    }
}
