using InterestService.Pipeline.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// items -> user vector -> items. The encoder is an embedding bag: it reads only the rows of the items that a user has. Only
/// the softmax is not linear; a hidden layer (tanh) before the user vector overfits the training users and made the ranking and the
/// clusters worse wherever it was tried.
/// </summary>
internal sealed class AutoencoderNetwork : nn.Module
{
    private readonly EmbeddingBag _input;
    private readonly ItemTexts? _inputTexts;
    private readonly ItemTexts? _outputTexts;
    private readonly Parameter _output;
    private readonly Parameter _outputBias;

    /// <param name="itemUsers">Number of users of each item, <c>[items]</c>: an untrained network ranks by it.</param>
    /// <param name="inputTexts">Added to the input vectors; null: none.</param>
    /// <param name="outputTexts">Added to the output vectors; null: none.</param>
    /// <param name="dimensions">Length of a user vector.</param>
    /// <param name="random">Draws the weights.</param>
    public AutoencoderNetwork(int[] itemUsers, ItemTexts? inputTexts, ItemTexts? outputTexts, int dimensions, Random random) : base("autoencoder")
    {
        float all = itemUsers.Sum();
        _input = nn.EmbeddingBag(itemUsers.Length, dimensions, mode: EmbeddingBagMode.Sum);
        _output = nn.Parameter(zeros(itemUsers.Length, dimensions));
        _outputBias = nn.Parameter(tensor([.. itemUsers.Select(users => MathF.Log((users + .5f) / all))]));

        (_inputTexts, _outputTexts) = (inputTexts, outputTexts);

        foreach (var weight in new[] { _input.weight!, _output }) InitialWeights.Glorot(weight, random);
        if (inputTexts is not null) ClearItemsWithoutUsers(itemUsers);
        RegisterComponents();
    }

    /// <summary>Returns the output vectors of all items, <c>[items x dimensions]</c>.</summary>
    public Tensor Output() => _outputTexts?.Vectors(_output) ?? _output;

    /// <summary>Returns the biases of all items, <c>[items]</c>.</summary>
    public Tensor OutputBias() => _outputTexts?.Biases(_outputBias) ?? _outputBias;

    /// <summary>Computes vectors of users.</summary>
    /// <param name="items">Item indexes of all users, one user after the other, <c>[interactions]</c>.</param>
    /// <param name="offsets">Where each user begins, <c>[batch]</c>.</param>
    /// <param name="weights"><c>[interactions]</c>.</param>
    /// <returns><c>[batch x dimensions]</c>, not normalised.</returns>
    public Tensor Encode(Tensor items, Tensor offsets, Tensor weights)
    {
        var learned = _input.call(items, offsets, weights);
        return _inputTexts is null ? learned : learned.Plus(_inputTexts.Bags(items, offsets, weights));
    }

    /// <summary>Computes the scores of all items for user vectors.</summary>
    /// <returns><c>[batch x items]</c>.</returns>
    public Tensor Decode(Tensor vectors) => nn.functional.linear(vectors, Output(), OutputBias());

    /// <summary>Clears the input vectors of items that no training input holds, so that only their texts count.</summary>
    private void ClearItemsWithoutUsers(int[] itemUsers)
    {
        long[] without = [.. itemUsers.Index().Where(item => item.Item == 0).Select(item => (long)item.Index)];
        if (without.Length == 0) return;
        using var _ = no_grad();
        _input.weight!.index_copy_(0, tensor(without), zeros(without.Length, _output.shape[1]));
    }
}
