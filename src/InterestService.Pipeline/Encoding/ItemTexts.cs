using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// Joins what the items' texts say into what is learned of each item: the vector of an item is its learned vector plus a
/// learned linear map of the fixed vector of its text (feature-based item embeddings: Hidasi, Quadrana, Karatzoglou and Tikk,
/// "Parallel Recurrent Neural Network Architectures for Feature-rich Session-based Recommendations", RecSys 2016). An item
/// without events in training has nothing but its text: it is kept out of the training softmax, where it could only be wrong,
/// and gets the mean bias. The texts are a part of the saved weights.
/// </summary>
internal sealed class ItemTexts : nn.Module
{
    private readonly Tensor _texts;
    private readonly Tensor _penalty; // minus infinity for an unknown item, 0 for the others
    private readonly Parameter _map;

    /// <param name="texts"><c>[items x width]</c>, of <see cref="CatalogueTexts"/>.</param>
    /// <param name="unknown">Which items have no events, <c>[items]</c>.</param>
    /// <param name="dimensions">Of the item vectors.</param>
    /// <param name="random">Draws the map.</param>
    private ItemTexts(Matrix texts, bool[] unknown, int dimensions, Random random) : base("texts")
    {
        _penalty = tensor(Array.ConvertAll(unknown, without => without ? float.NegativeInfinity : 0));
        // A tensor over an array lies where the array does, and the last bit of a product depends on how that is aligned.
        using var values = tensor(texts.Values, texts.Rows, texts.Columns);
        _texts = values.clone();
        _map = nn.Parameter(zeros(dimensions, texts.Columns));
        InitialWeights.Glorot(_map, random);
        RegisterComponents();
    }

    /// <summary>For item vectors as long as the user vectors. Not reported: the epochs that follow are the progress.</summary>
    /// <exception cref="PipelineException">No item has a title or a category.</exception>
    public static ItemTexts Of(EncoderInput input, Random random)
    {
        bool[] unknown = new bool[input.Training.ItemCount];
        Array.Fill(unknown, true);
        foreach (int item in input.Training.Columns) unknown[item] = false;
        return new ItemTexts(CatalogueTexts.Encode(input, [], (_, _) => { }).Items, unknown, input.Options.Dimensions, random);
    }

    /// <summary>To be filled from saved weights.</summary>
    public static ItemTexts Empty(EncoderShape shape) =>
        new(new Matrix(shape.ItemCount, shape.Options.Dimensions), new bool[shape.ItemCount], shape.Options.Dimensions, new Random(0));

    /// <summary>Vectors of items.</summary>
    /// <param name="learned"><c>[items x dimensions]</c>.</param>
    /// <returns>The same shape.</returns>
    public Tensor Vectors(Tensor learned) =>
        where(Unknown.unsqueeze(1), zeros_like(learned), learned).Plus(nn.functional.linear(_texts, _map));

    /// <summary>What speaks for items with everyone.</summary>
    /// <param name="learned"><c>[items]</c>.</param>
    /// <returns>The same shape; minus infinity for an unknown item while training.</returns>
    public Tensor Biases(Tensor learned) => training
        ? learned.Plus(_penalty)
        : where(Unknown, learned.masked_select(Unknown.logical_not()).mean(), learned);

    private Tensor Unknown => _penalty.isinf(); // [items]
}
