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
    private readonly List<long> _candidates = [];
    private readonly List<float> _logMultiplicity = [];
    private readonly long[] _rows;
    private readonly long[] _items;
    private readonly float[] _weights;

    /// <param name="itemCount">Size of the catalogue.</param>
    /// <param name="targets">The items that belong to each row, in the order of rows, and their weights, which sum to 1 in a row.</param>
    /// <param name="limit">Maximum number of candidates, at least 4.</param>
    /// <param name="random">Draws the sample.</param>
    public CandidateSoftmax(int itemCount, IReadOnlyCollection<(int Row, int Item, float Weight)> targets, int limit, Random random)
    {
        _rows = [.. targets.Select(target => (long)target.Row)];
        _items = [.. targets.Select(target => (long)target.Item)];
        float rows = _rows.Max() + 1;
        _weights = [.. targets.Select(target => target.Weight / rows)];

        int[] own = [.. targets.Select(target => target.Item).Distinct()];
        int others = itemCount - own.Length;
        int sampled = Math.Min(others, Math.Max(limit - own.Length, limit / 4));
        int kept = Math.Min(own.Length, limit - sampled);
        if (kept < own.Length) random.Shuffle(own);
        Include(own.Take(kept), own.Length, kept);
        Include(Others(itemCount, own, sampled, random), others, sampled);
    }

    /// <summary>Computes the mean negative log likelihood of the rows' items, in nats an event.</summary>
    /// <param name="vectors"><c>[rows x dimensions]</c>.</param>
    /// <param name="items">An output vector for each item, <c>[items x dimensions]</c>.</param>
    /// <param name="bias"><c>[items]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor vectors, Tensor items, Tensor bias)
    {
        Device device = vectors.device;
        var candidates = tensor(_candidates, device: device);
        var candidateBias = bias.index_select(0, candidates).Plus(tensor(_logMultiplicity, device: device));
        var partition = nn.functional.linear(vectors, items.index_select(0, candidates), candidateBias).logsumexp(1); // [rows]
        Tensor rows = tensor(_rows, device: device), own = tensor(_items, device: device);
        var products = (vectors.index_select(0, rows) * items.index_select(0, own)).sum(1);
        var logits = products.Plus(bias.index_select(0, own)); // [targets]
        // Not `dot`, whose last digits depend on where in memory the vectors lie.
        return (partition.index_select(0, rows).Minus(logits) * tensor(_weights, device: device)).sum();
    }

    /// <summary>Adds candidates, each of which stands for an equal number of items.</summary>
    private void Include(IEnumerable<int> items, int all, int included)
    {
        foreach (int item in items)
        {
            _candidates.Add(item);
            _logMultiplicity.Add((float)Math.Log((double)all / included));
        }
    }

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
