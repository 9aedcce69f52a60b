using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// items -> hidden (tanh) -> user vector -> items. The first layer is an embedding bag: it touches only the rows of the
/// items that a user has.
/// </summary>
internal sealed class AutoencoderNetwork : nn.Module
{
    private readonly EmbeddingBag _input;
    private readonly Parameter _hiddenBias;
    private readonly Linear _bottleneck;
    private readonly Parameter _output;
    private readonly Parameter _outputBias;

    public AutoencoderNetwork(int items, EncodingOptions options, Random random) : base("autoencoder")
    {
        _input = nn.EmbeddingBag(items, options.HiddenUnits, mode: EmbeddingBagMode.Sum);
        _hiddenBias = nn.Parameter(zeros(options.HiddenUnits));
        _bottleneck = nn.Linear(options.HiddenUnits, options.Dimensions);
        _output = nn.Parameter(zeros(items, options.Dimensions));
        _outputBias = nn.Parameter(zeros(items));

        foreach (var weight in new[] { _input.weight!, _bottleneck.weight!, _output }) InitialWeights.Glorot(weight, random);
        using (no_grad()) _bottleneck.bias!.zero_();
        RegisterComponents();
    }

    /// <summary>A vector for each item: <c>[items x dimensions]</c>.</summary>
    public Tensor Output => _output;

    /// <summary>What speaks for an item with everyone: <c>[items]</c>.</summary>
    public Tensor OutputBias => _outputBias;

    /// <summary>Users to vectors.</summary>
    /// <param name="items">Item indexes of all users, one user after the other, <c>[interactions]</c>.</param>
    /// <param name="offsets">Where each user begins, <c>[batch]</c>.</param>
    /// <param name="weights"><c>[interactions]</c>.</param>
    /// <returns><c>[batch x dimensions]</c>, not normalised.</returns>
    public Tensor Encode(Tensor items, Tensor offsets, Tensor weights) =>
        _bottleneck.call((_input.call(items, offsets, weights) + _hiddenBias).tanh());

    /// <summary>User vectors to scores of all items.</summary>
    /// <returns><c>[batch x items]</c>.</returns>
    public Tensor Decode(Tensor vectors) => nn.functional.linear(vectors, Output, OutputBias);
}
