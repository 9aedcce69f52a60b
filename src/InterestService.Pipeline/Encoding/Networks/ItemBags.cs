using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// An embedding bag: weighted sums of items' vectors. TorchSharp's own module returns another object for its weight at each call, by which no
/// optimiser could know it; under the same name in saved weights, this one holds it.
/// </summary>
internal sealed class ItemBags : nn.Module
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public ItemBags(int items, int dimensions, Random random) : base("bags")
    {
        _weight = nn.Parameter(zeros(items, dimensions));
        InitialWeights.Glorot(_weight, random);
        RegisterComponents();
    }

    /// <summary>Computes the sums of the bags.</summary>
    /// <returns><c>[bags x dimensions]</c>.</returns>
    public Tensor Sum(Bags bags) => Sum(_weight, bags);

    /// <summary>Computes the sums of the bags in a step of an optimiser, which moves the vectors of their items alone.</summary>
    /// <returns><c>[bags x dimensions]</c>.</returns>
    public Tensor Sum(Bags bags, SparseBatch batch, Adam optimizer)
    {
        var (items, places) = batch.Distinct();
        return Sum(optimizer.Rows(_weight, items), bags with { Items = tensor(places, device: _weight.device) });
    }

    /// <summary>Sets the vectors of items to 0.</summary>
    public void Clear(long[] items)
    {
        using var _ = no_grad();
        _weight.index_copy_(0, tensor(items), zeros(items.Length, _weight.shape[1]));
    }

    /// <summary>Computes the sums of bags of any vectors.</summary>
    /// <param name="vectors"><c>[items x dimensions]</c>.</param>
    /// <param name="bags">Their items are rows of <paramref name="vectors"/>.</param>
    /// <returns><c>[bags x dimensions]</c>.</returns>
    public static Tensor Sum(Tensor vectors, Bags bags)
    {
        using var sums = nn.EmbeddingBag_from_pretrained(vectors, freeze: false, mode: EmbeddingBagMode.Sum);
        return sums.call(bags.Items, bags.Offsets, bags.Weights);
    }
}
