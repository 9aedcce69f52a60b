using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Causal self-attention and a feed-forward network, each behind a layer norm (pre-norm: Xiong et al., 2020) and added to its
/// input. In mixed precision (Micikevicius et al., ICLR 2018) the products are computed in bfloat16; weights, norms and the sums
/// between layers stay float32, and bfloat16 has float32's range, so that no loss has to be scaled.
/// </summary>
internal sealed class TransformerLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>Of the inner layer, in dimensions.</summary>
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

    private Tensor Map(Linear layer, Tensor input) => _mixed
        ? nn.functional.linear(input.to(bfloat16), layer.weight!.to(bfloat16), layer.bias!.to(bfloat16))
        : layer.call(input);
}
