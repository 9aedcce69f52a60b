using InterestService.Pipeline.Encoding.Text;
using InterestService.Pipeline.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// Adds the items' texts to what is learned of each item: the vector of an item is its learned vector plus a
/// learned linear map of the fixed vector of its text (feature-based item embeddings: Hidasi, Quadrana, Karatzoglou and Tikk,
/// "Parallel Recurrent Neural Network Architectures for Feature-rich Session-based Recommendations", RecSys 2016). An item
/// without events in training has only its text: it is excluded from the training softmax, where it could only be wrong,
/// and gets the mean bias. The texts are a part of the saved weights.
/// </summary>
internal sealed class ItemTexts : nn.Module
{
    private readonly EmbeddingBag _texts; // fixed, [items x width]
    private readonly Tensor _penalty; // minus infinity for an unknown item, 0 for the others
    private readonly Parameter _map;

    /// <param name="texts"><c>[items x width]</c>, of <see cref="CatalogueTexts"/>.</param>
    /// <param name="unknown">Which items have no events, <c>[items]</c>.</param>
    /// <param name="dimensions">Length of the item vectors.</param>
    /// <param name="random">Draws the map.</param>
    private ItemTexts(Matrix texts, bool[] unknown, int dimensions, Random random) : base("texts")
    {
        _penalty = tensor(Array.ConvertAll(unknown, without => without ? float.NegativeInfinity : 0));
        _texts = nn.EmbeddingBag(texts.Rows, texts.Columns, mode: EmbeddingBagMode.Sum);
        using (no_grad())
        using (var values = tensor(texts.Values, texts.Rows, texts.Columns)) _texts.weight!.requires_grad_(false).copy_(values);
        _map = nn.Parameter(zeros(dimensions, texts.Columns));
        InitialWeights.Glorot(_map, random);
        RegisterComponents();
    }

    /// <summary>Creates one for item vectors as long as those of the texts.</summary>
    /// <param name="input">Its training set tells which items have events.</param>
    /// <param name="texts">What the catalogue says of them.</param>
    /// <param name="random">Draws the map.</param>
    public static ItemTexts Create(EncoderInput input, CatalogueTexts texts, Random random)
    {
        bool[] unknown = new bool[input.Training.ItemCount];
        Array.Fill(unknown, true);
        foreach (int item in input.Training.Columns) unknown[item] = false;
        return new ItemTexts(texts.Items, unknown, texts.Items.Columns, random);
    }

    /// <summary>Creates one that is to be filled from saved weights.</summary>
    public static ItemTexts Empty(int itemCount, int dimensions) =>
        new(new Matrix(itemCount, dimensions), new bool[itemCount], dimensions, new Random(0));

    /// <summary>Computes the vectors of items.</summary>
    /// <param name="learned"><c>[items x dimensions]</c>.</param>
    /// <param name="items">Which items these are, <c>[items]</c>; null: all.</param>
    /// <returns>The same shape.</returns>
    public Tensor Vectors(Tensor learned, Tensor? items = null) =>
        where(Pick(Unknown, items).unsqueeze(1), zeros_like(learned), learned).Plus(nn.functional.linear(Pick(_texts.weight!, items), _map));

    /// <summary>Computes the sums of the texts of bags of items.</summary>
    /// <returns><c>[bags x dimensions]</c>.</returns>
    public Tensor Sum(Bags bags) => nn.functional.linear(_texts.call(bags.Items, bags.Offsets, bags.Weights), _map);

    /// <summary>Computes the biases of items while training.</summary>
    /// <param name="learned"><c>[items]</c>.</param>
    /// <param name="items">Which items these are, <c>[items]</c>; null: all.</param>
    /// <returns>The same shape; minus infinity for an unknown item.</returns>
    public Tensor TrainingBiases(Tensor learned, Tensor? items = null) => learned.Plus(Pick(_penalty, items));

    /// <summary>Computes the biases of all items.</summary>
    /// <param name="learned"><c>[items]</c>.</param>
    /// <returns>The same shape.</returns>
    public Tensor Biases(Tensor learned) => training
        ? TrainingBiases(learned)
        : where(Unknown, learned.masked_select(Unknown.logical_not()).mean(), learned);

    private Tensor Unknown => _penalty.isinf(); // [items]

    private static Tensor Pick(Tensor all, Tensor? items) => items is null ? all : all.index_select(0, items);
}
