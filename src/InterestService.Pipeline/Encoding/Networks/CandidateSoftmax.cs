using InterestService.Pipeline.Numerics;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>
/// The multinomial likelihood of the items that belong to some vectors, with a partition sum over a bounded set of candidates:
/// those items and a uniform sample of the others, which keeps at least a quarter of the bound. Where there is no room for all
/// of the step's own items, they are sampled too. A sampled item stands for as many as were not sampled, which makes the
/// partition sum an unbiased estimate (stratified, Horvitz and Thompson, 1952). Catalogues within the bound are taken whole.
/// </summary>
internal sealed class CandidateSoftmax
{
    private readonly float[] _logMultiplicity;
    private readonly long[] _offsets;
    private readonly long[] _places;
    private readonly float[] _weights;

    /// <param name="itemCount">Size of the catalogue.</param>
    /// <param name="targets">
    /// The items that belong to each row, in the order of rows, at least one for each, and their weights, which sum to 1 in a row.
    /// </param>
    /// <param name="limit">Maximum number of candidates, at least 4.</param>
    /// <param name="random">Draws the sample.</param>
    public CandidateSoftmax(int itemCount, IReadOnlyCollection<(int Row, int Item, float Weight)> targets, int limit, Random random)
    {
        _offsets = [.. targets.Index().DistinctBy(target => target.Item.Row).Select(target => (long)target.Index)];
        _weights = [.. targets.Select(target => target.Weight / _offsets.Length)];

        int[] own = [.. targets.Select(target => target.Item).Distinct()];
        int others = itemCount - own.Length;
        int sampled = Math.Min(others, Math.Max(limit - own.Length, limit / 4));
        int kept = Math.Min(own.Length, limit - sampled);
        if (kept < own.Length) random.Shuffle(own);
        var sample = Others(itemCount, own, sampled, random);
        _logMultiplicity = [.. LogMultiplicity(own.Length, kept), .. LogMultiplicity(others, sampled)];
        Items = [.. own[..kept], .. sample, .. own[kept..]];
        var places = own.Index().ToDictionary(place => place.Item, place => place.Index < kept ? place.Index : (long)place.Index + sampled);
        _places = [.. targets.Select(target => places[target.Item])];
    }

    /// <summary>The different items that the loss reads: the candidates, then the rows' items that are no candidates.</summary>
    public long[] Items { get; }

    /// <summary>Computes the mean negative log likelihood of the rows' items, in nats an event.</summary>
    /// <param name="vectors"><c>[rows x dimensions]</c>.</param>
    /// <param name="items">An output vector for each of <see cref="Items"/>, <c>[items x dimensions]</c>.</param>
    /// <param name="bias">Of each of <see cref="Items"/>, <c>[items]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor vectors, Tensor items, Tensor bias)
    {
        Device device = vectors.device;
        int candidates = _logMultiplicity.Length;
        var candidateBias = bias.narrow(0, 0, candidates).Plus(tensor(_logMultiplicity, device: device));
        var partition = PartitionSums.MeanLogarithm(vectors, items.narrow(0, 0, candidates), candidateBias);
        // The weighted sum of products is that of the vectors and the weighted sums of their items: bags are quicker than one row for each target.
        Tensor own = tensor(_places, device: device), weights = tensor(_weights, device: device);
        var sums = ItemBags.Sum(items, new Bags(own, tensor(_offsets, device: device), weights)); // [rows x dimensions]
        // Not `dot`, whose last digits depend on where in memory the vectors lie.
        var logits = (vectors * sums).sum().Plus((bias.index_select(0, own) * weights).sum());
        return partition.Minus(logits);
    }

    /// <summary>Returns the logarithm of the number of items that each included one stands for.</summary>
    private static IEnumerable<float> LogMultiplicity(int all, int included) =>
        Enumerable.Repeat((float)Math.Log((double)all / included), included);

    /// <summary>Draws a uniform sample of the items that are not among a step's own.</summary>
    private static List<int> Others(int itemCount, int[] own, int count, Random random)
    {
        bool[] taken = new bool[itemCount];
        foreach (int item in own) taken[item] = true;
        if (count == itemCount - own.Length) return [.. Enumerable.Range(0, itemCount).Where(item => !taken[item])];
        var drawn = new List<int>(count);
        while (drawn.Count < count)
        {
            int item = random.Next(itemCount);
            if (taken[item]) continue;
            taken[item] = true;
            drawn.Add(item);
        }

        return drawn;
    }
}

/// <summary>
/// Partition sums of softmaxes, and their gradients, for some vectors at a time: the scores of all vectors of a step would take most of its memory, and
/// do not stay in the cache (Wijmans and others, "Cut your losses in large-vocabulary language models", ICLR 2025).
/// </summary>
internal static class PartitionSums
{
    /// <summary>Number of scores that are held at a time, 2 MB on a CPU and 128 MB on a GPU, which is quick with large products alone.</summary>
    private const long Scores = 1 << 19, DeviceScores = 1 << 25;

    /// <summary>Computes the mean over the vectors of the logarithm of the sum of the exponentials of their scores.</summary>
    /// <param name="vectors"><c>[rows x dimensions]</c>.</param>
    /// <param name="items"><c>[items x dimensions]</c>.</param>
    /// <param name="bias">Of each item, <c>[items]</c>.</param>
    /// <returns>A scalar, whose gradients are those of the mean.</returns>
    public static Tensor MeanLogarithm(Tensor vectors, Tensor items, Tensor bias)
    {
        Tensor ofVectors, ofItems, ofBias, value;
        using (no_grad())
        {
            (ofVectors, ofItems, ofBias) = (empty_like(vectors), zeros_like(items), zeros_like(bias));
            value = zeros(1, device: vectors.device);
            long rows = vectors.shape[0], size = Math.Max(1, (vectors.device.type == TorchSharp.DeviceType.CPU ? Scores : DeviceScores) / items.shape[0]);
            for (long first = 0; first < rows; first += size)
            {
                using var scope = NewDisposeScope();
                var part = vectors.narrow(0, first, Math.Min(size, rows - first));
                var scores = nn.functional.linear(part, items, bias);
                var logarithms = scores.logsumexp(1, keepdim: true);
                value.Accumulate(logarithms.sum());
                var shares = scores.Accumulate(logarithms.neg()).exp_(); // the softmax, in place of the scores
                ofVectors.narrow(0, first, part.shape[0]).copy_(shares.matmul(items));
                ofItems.Accumulate(shares.t().matmul(part));
                ofBias.Accumulate(shares.sum(dim: 0));
            }

            var fraction = tensor(1f / rows, device: vectors.device);
            foreach (var sum in (Tensor[])[ofVectors, ofItems, ofBias, value]) sum.mul_(fraction);
        }

        // Linear in its arguments: it has the gradients, and less itself it is 0.
        var product = (vectors * ofVectors).sum().Plus((items * ofItems).sum()).Plus((bias * ofBias).sum());
        return product.Minus(product.detach()).Plus(value.squeeze());
    }
}
