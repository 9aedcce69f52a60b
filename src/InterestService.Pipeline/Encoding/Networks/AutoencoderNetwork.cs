using InterestService.Pipeline.Numerics;
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
    private readonly ItemBags _input;
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
        _input = new ItemBags(itemUsers.Length, dimensions, random);
        _output = nn.Parameter(zeros(itemUsers.Length, dimensions));
        _outputBias = nn.Parameter(tensor([.. itemUsers.Select(users => MathF.Log((users + .5f) / all))]));

        (_inputTexts, _outputTexts) = (inputTexts, outputTexts);

        InitialWeights.Glorot(_output, random);
        if (inputTexts is not null) ClearItemsWithoutUsers(itemUsers);
        RegisterComponents();
    }

    /// <summary>Computes vectors of users.</summary>
    /// <returns><c>[bags x dimensions]</c>, not normalised.</returns>
    public Tensor Encode(Bags bags) => WithTexts(_input.Sum(bags), bags);

    /// <summary>Computes the loss of a step; it reads only the rows of the step's items.</summary>
    /// <param name="optimizer">Whose step it is.</param>
    /// <param name="batch">The input.</param>
    /// <param name="softmax">The targets.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Adam optimizer, SparseBatch batch, CandidateSoftmax softmax)
    {
        var bags = batch.ToTensors(_output.device);
        var vectors = WithTexts(_input.Sum(bags, batch, optimizer), bags);
        Tensor output = optimizer.Rows(_output, softmax.Items), bias = optimizer.Rows(_outputBias, softmax.Items);
        if (_outputTexts is null) return softmax.Loss(vectors, output, bias);
        var items = tensor(softmax.Items, device: _output.device);
        return softmax.Loss(vectors, _outputTexts.Vectors(output, items), _outputTexts.TrainingBiases(bias, items));
    }

    /// <summary>Computes the scores of all items for user vectors.</summary>
    /// <returns><c>[batch x items]</c>.</returns>
    public Tensor Decode(Tensor vectors) => nn.functional.linear(
        vectors, _outputTexts?.Vectors(_output) ?? _output, _outputTexts?.Biases(_outputBias) ?? _outputBias);

    private Tensor WithTexts(Tensor learned, Bags bags) => _inputTexts is null ? learned : learned.Plus(_inputTexts.Sum(bags));

    /// <summary>Clears the input vectors of items that no training input holds, so that only their texts count.</summary>
    private void ClearItemsWithoutUsers(int[] itemUsers)
    {
        long[] without = [.. itemUsers.Index().Where(item => item.Item == 0).Select(item => (long)item.Index)];
        if (without.Length > 0) _input.Clear(without);
    }
}
