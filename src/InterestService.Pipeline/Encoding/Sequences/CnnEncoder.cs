using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Causal dilated convolutions over the latest events (NextItNet: Yuan et al., "A Simple Convolutional Generative Network for
/// Next Item Recommendation", WSDM 2019). Defaults: 6 epochs, up to 20 where these make fewer than 1,600 steps; 16 windows of full
/// length a step, learning rate .003, dropout .3.
/// </summary>
public static class CnnEncoder
{
    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<SequenceOptions>("cnn", Fit, Load)
    {
        IsNetwork = true,
        UsesOrder = true,
        Whitening = SequenceEncoder.Whitening,
    };

    /// <summary>Trains on all users.</summary>
    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    public static SequenceEncoder Fit(EncoderInput input, SequenceOptions options) => SequenceEncoder.Fit(input, options, Method(options, input.Device));

    /// <summary>Reads a trained one.</summary>
    public static SequenceEncoder Load(Stream stream, EncoderShape shape, SequenceOptions options) =>
        SequenceEncoder.Load(stream, shape, options, Method(options, shape.Device));

    private static SequenceMethod Method(SequenceOptions options, string device) => new(
        Epochs: 6, BatchSize: 16, LearningRate: 3e-3, Dropout: .3,
        dropout => new CnnNetwork(options, dropout, options.MixedPrecision ?? MixedPrecision.IsDefault(device)));
}

/// <summary>Layers of causal convolutions whose reach grows by powers of two, then a layer norm.</summary>
internal sealed class CnnNetwork : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<CnnLayer> _layers;
    private readonly LayerNorm _norm;

    public CnnNetwork(SequenceOptions options, SequenceDropout dropout, bool mixed) : base("cnn")
    {
        _layers =
            [.. Enumerable.Range(0, options.Layers ?? 2).Select(layer => new CnnLayer(options.Dimensions, 1 << (2 * layer), dropout, mixed))];
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

/// <summary>
/// The residual block of NextItNet: two causal convolutions of width 3, the second with twice the dilation, each behind a
/// layer norm, added to the input. A convolution is one product with the shifted inputs side by side.
/// </summary>
internal sealed class CnnLayer : nn.Module<Tensor, Tensor>
{
    private const int Width = 3;

    private readonly int _dilation;
    private readonly bool _mixed;
    private readonly LayerNorm _firstNorm;
    private readonly Linear _first;
    private readonly LayerNorm _secondNorm;
    private readonly Linear _second;
    private readonly SequenceDropout _dropout;

    public CnnLayer(int dimensions, int dilation, SequenceDropout dropout, bool mixed) : base("layer")
    {
        (_dilation, _mixed) = (dilation, mixed);
        _firstNorm = nn.LayerNorm(dimensions);
        _first = nn.Linear(Width * dimensions, dimensions);
        _secondNorm = nn.LayerNorm(dimensions);
        _second = nn.Linear(Width * dimensions, dimensions);
        _dropout = dropout;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var first = Map(_first, Shifted(_firstNorm.call(input).relu(), _dilation));
        return input.Plus(_dropout.call(Map(_second, Shifted(_secondNorm.call(first).relu(), 2 * _dilation))));
    }

    private Tensor Map(Linear layer, Tensor input) => MixedPrecision.Map(layer, input, _mixed).to(float32);

    /// <summary>Concatenates each position with those that lie <paramref name="dilation"/> and twice as much before it, or zeros.</summary>
    /// <param name="input"><c>[batch x length x dimensions]</c>.</param>
    /// <returns><c>[batch x length x Width * dimensions]</c>.</returns>
    private static Tensor Shifted(Tensor input, int dilation)
    {
        long length = input.shape[1];
        var padded = nn.functional.pad(input, [0, 0, (Width - 1) * dilation, 0]);
        return cat([.. Enumerable.Range(0, Width).Select(tap => padded.narrow(1, tap * dilation, length))], -1);
    }
}
