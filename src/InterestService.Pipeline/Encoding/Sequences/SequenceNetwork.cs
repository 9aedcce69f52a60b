using InterestService.Pipeline.Encoding.Networks;
using InterestService.Pipeline.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Sequences;

/// <summary>
/// What the sequence encoders share: the input of an event is the sum of its item's, its type's and its time gap's embedding; the
/// body, in which they differ, computes a state from each event and those before it; a state's product with an item's
/// embedding (the same as at the input: Press and Wolf, 2017) measures how likely the item is next.
/// </summary>
internal sealed class SequenceNetwork : nn.Module
{
    private const double EmbeddingDeviation = .02;

    private readonly Parameter _items;
    private readonly ItemTexts? _texts;
    private readonly Embedding _types;
    private readonly Embedding _gaps;
    private readonly Parameter _itemBias;
    private readonly Scalar _inputScale;
    private readonly SequenceDropout _dropout;
    private readonly nn.Module<Tensor, Tensor> _body;

    /// <param name="items">Size of the catalogue.</param>
    /// <param name="texts">Added to the items' embeddings; null: none.</param>
    /// <param name="types">Number of event types.</param>
    /// <param name="dimensions">Length of embeddings and states.</param>
    /// <param name="dropout">Dropout of the embeddings; the body has the same.</param>
    /// <param name="body"><c>[batch x length x dimensions]</c> to the same; a position sees itself and those before it.</param>
    /// <param name="random">Draws the weights.</param>
    public SequenceNetwork(
        int items, ItemTexts? texts, int types, int dimensions, SequenceDropout dropout, nn.Module<Tensor, Tensor> body, Random random)
        : base("sequence")
    {
        _items = nn.Parameter(zeros(items, dimensions));
        _texts = texts;
        _types = nn.Embedding(types, dimensions);
        _gaps = nn.Embedding(SequenceBatch.GapBuckets, dimensions);
        _itemBias = nn.Parameter(zeros(items));
        // One embedding serves both ends: small enough for small scores, large enough to be seen among the input's other parts
        // (Vaswani et al., 2017).
        _inputScale = Math.Sqrt(dimensions);
        _dropout = dropout;
        _body = body;
        RegisterComponents();

        using var _ = no_grad();
        foreach (var (name, weight) in body.named_parameters())
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.Contains("bias_", StringComparison.Ordinal)) weight.zero_();
            else if (weight.dim() == 2) InitialWeights.Glorot(weight, random);
        foreach (var embedding in new[] { _items, _types.weight!, _gaps.weight! })
            InitialWeights.Normal(embedding, EmbeddingDeviation, random);
    }

    /// <summary>Returns the vectors of all items, <c>[items x dimensions]</c>.</summary>
    public Tensor Items() => _texts?.Vectors(_items) ?? _items;

    /// <summary>Returns the biases of all items, <c>[items]</c>.</summary>
    public Tensor ItemBias() => _texts?.Biases(_itemBias) ?? _itemBias;

    /// <summary>Computes states of events.</summary>
    /// <param name="vectors">The result of <see cref="Items"/>.</param>
    /// <param name="items"><c>[batch x length]</c>.</param>
    /// <param name="types"><c>[batch x length]</c>.</param>
    /// <param name="gaps">Buckets of the time since the event before, <c>[batch x length]</c>.</param>
    /// <returns><c>[batch x length x dimensions]</c>.</returns>
    public Tensor States(Tensor vectors, Tensor items, Tensor types, Tensor gaps)
    {
        var embedded = vectors.index_select(0, items.flatten()).view(items.shape[0], items.shape[1], -1);
        return _body.call(_dropout.call((embedded * _inputScale).Plus(_types.call(types)).Plus(_gaps.call(gaps))));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _inputScale.Dispose();
        base.Dispose(disposing);
    }
}
