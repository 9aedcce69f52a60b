using System.ComponentModel.DataAnnotations;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Options;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// Self-attention over the latest events (SASRec: Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018).
/// Defaults: 7 epochs, up to 20 where these make fewer than 1,600 steps; 16 windows of full length a step, learning rate .004,
/// dropout .3.
/// </summary>
public static class TransformerEncoder
{
    public static EncoderDescriptor Descriptor { get; } = new EncoderDescriptor<TransformerOptions>("transformer", Fit, Load)
    {
        IsNetwork = true,
        UsesOrder = true,
        Whitening = SequenceEncoder.Whitening,
    };

    /// <summary>Trains on all users.</summary>
    /// <exception cref="PipelineException">Text features are asked for, and no item has a title or a category.</exception>
    public static SequenceEncoder Fit(EncoderInput input, TransformerOptions options) => SequenceEncoder.Fit(input, options, Method(options, input.Device));

    /// <summary>Reads a trained one.</summary>
    public static SequenceEncoder Load(Stream stream, EncoderShape shape, TransformerOptions options) =>
        SequenceEncoder.Load(stream, shape, options, Method(options, shape.Device));

    private static SequenceMethod Method(TransformerOptions options, string device) => new(
        Epochs: 7, BatchSize: 16, LearningRate: 4e-3, Dropout: .3,
        dropout => new TransformerNetwork(options, dropout, options.MixedPrecision ?? MixedPrecision.IsDefault(device)));
}

/// <summary>Learned positions, then layers of causal self-attention, then a layer norm.</summary>
internal sealed class TransformerNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Parameter _positions;
    private readonly ModuleList<TransformerLayer> _layers;
    private readonly LayerNorm _norm;

    public TransformerNetwork(TransformerOptions options, SequenceDropout dropout, bool mixed) : base("transformer")
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

/// <summary>
/// Causal self-attention and a feed-forward network, each behind a layer norm (pre-norm: Xiong et al., 2020) and added to its
/// input.
/// </summary>
internal sealed class TransformerLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>Width of the inner layer, in multiples of the dimensions.</summary>
    private const int FeedForwardWidth = 2;

    private readonly int _heads;
    private readonly bool _mixed;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _queriesKeysValues;
    private readonly Linear _attentionOutput;
    private readonly LayerNorm _feedForwardNorm;
    private readonly Linear _feedForwardInput;
    private readonly Linear _feedForwardOutput;
    private readonly SequenceDropout _dropout;

    public TransformerLayer(int dimensions, int heads, SequenceDropout dropout, bool mixed) : base("layer")
    {
        (_heads, _mixed) = (heads, mixed);
        _attentionNorm = nn.LayerNorm(dimensions);
        _queriesKeysValues = nn.Linear(dimensions, 3 * dimensions);
        _attentionOutput = nn.Linear(dimensions, dimensions);
        _feedForwardNorm = nn.LayerNorm(dimensions);
        _feedForwardInput = nn.Linear(dimensions, FeedForwardWidth * dimensions);
        _feedForwardOutput = nn.Linear(FeedForwardWidth * dimensions, dimensions);
        _dropout = dropout;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var states = input.Plus(_dropout.call(Attend(_attentionNorm.call(input)).to(float32)));
        var inner = nn.functional.gelu(Map(_feedForwardInput, _feedForwardNorm.call(states)));
        return states.Plus(_dropout.call(Map(_feedForwardOutput, inner).to(float32)));
    }

    private Tensor Attend(Tensor input)
    {
        var (batch, length, dimensions) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = Map(_queriesKeysValues, input).view(batch, length, 3, _heads, dimensions / _heads)
            .permute(2, 0, 3, 1, 4); // [3 x batch x heads x length x head]
        var attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return Map(_attentionOutput, attended.transpose(1, 2).reshape(batch, length, dimensions));
    }

    private Tensor Map(Linear layer, Tensor input) => MixedPrecision.Map(layer, input, _mixed);
}

/// <summary>Options of <see cref="TransformerEncoder"/>.</summary>
public sealed record TransformerOptions : SequenceOptions
{
    /// <summary>Attention heads of a transformer layer; they divide the dimensions. Default 2.</summary>
    [RequestOption(Order = 9)]
    [Range(1, 64)]
    public int Heads { get; init; } = 2;
}
