using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Causal self-attention and a feed-forward network, each behind a layer norm (pre-norm: Xiong et al., 2020) and added to its
/// input.
/// </summary>
internal sealed class TransformerLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>Of the inner layer, in dimensions.</summary>
    private const int FeedForwardWidth = 2;

    private readonly int _heads;
    private readonly LayerNorm _attentionNorm;
    private readonly Linear _queriesKeysValues;
    private readonly Linear _attentionOutput;
    private readonly LayerNorm _feedForwardNorm;
    private readonly Linear _feedForwardInput;
    private readonly Linear _feedForwardOutput;
    private readonly SequenceDropout _dropout;

    public TransformerLayer(int dimensions, int heads, SequenceDropout dropout) : base("layer")
    {
        _heads = heads;
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
        var states = input.Plus(_dropout.call(Attend(_attentionNorm.call(input))));
        var inner = nn.functional.gelu(_feedForwardInput.call(_feedForwardNorm.call(states)));
        return states.Plus(_dropout.call(_feedForwardOutput.call(inner)));
    }

    private Tensor Attend(Tensor input)
    {
        var (batch, length, dimensions) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = _queriesKeysValues.call(input).view(batch, length, 3, _heads, dimensions / _heads)
            .permute(2, 0, 3, 1, 4); // [3 x batch x heads x length x head]
        var attended = nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return _attentionOutput.call(attended.transpose(1, 2).reshape(batch, length, dimensions));
    }
}
