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

        // Weights come from our own generator: libtorch's is one for the whole process.
        Fill(_input.weight!, Math.Sqrt(2.0 / (items + options.HiddenUnits)), random);
        Fill(_bottleneck.weight!, Math.Sqrt(2.0 / (options.HiddenUnits + options.Dimensions)), random);
        Fill(_output, Math.Sqrt(2.0 / (items + options.Dimensions)), random);
        using (no_grad()) _bottleneck.bias!.zero_();
        RegisterComponents();
    }

    /// <summary>Users to vectors.</summary>
    /// <param name="items">Item indexes of all users, one user after the other, <c>[interactions]</c>.</param>
    /// <param name="offsets">Where each user begins, <c>[batch]</c>.</param>
    /// <param name="weights"><c>[interactions]</c>.</param>
    /// <returns><c>[batch x dimensions]</c>, not normalised.</returns>
    public Tensor Encode(Tensor items, Tensor offsets, Tensor weights) =>
        _bottleneck.call((_input.call(items, offsets, weights) + _hiddenBias).tanh());

    /// <summary>User vectors to scores of the candidates, or of all items.</summary>
    /// <returns><c>[batch x candidates]</c>.</returns>
    public Tensor Decode(Tensor vectors, Tensor? candidates = null) => candidates is null
        ? nn.functional.linear(vectors, _output, _outputBias)
        : nn.functional.linear(vectors, _output.index_select(0, candidates), _outputBias.index_select(0, candidates));

    /// <summary>Normal, with the standard deviation of Glorot and Bengio (2010).</summary>
    private static void Fill(Tensor weight, double deviation, Random random)
    {
        float[] values = new float[weight.numel()];
        for (int i = 0; i < values.Length; i++)
        {
            // Box-Muller; 1 - u keeps the logarithm's argument above 0.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(Math.Tau * random.NextDouble()));
        }

        using var _ = no_grad();
        using var drawn = tensor(values);
        using var shaped = drawn.reshape(weight.shape);
        weight.copy_(shaped);
    }
}
