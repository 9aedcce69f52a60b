using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding.Networks;

/// <summary>Bags of items of some users, each bag of unit length.</summary>
internal sealed class SparseBatch
{
    /// <summary>Half-lives after which items are excluded: they count less than a thousandth, and bags stay small.</summary>
    private const double Reach = 10;

    private readonly List<long> _items = [];
    private readonly List<float> _weights = [];
    private readonly List<long> _offsets = [];

    /// <summary>Adds a row: the first items of a history.</summary>
    /// <param name="history">The history of one user.</param>
    /// <param name="end">Number of its items to add; the later ones are excluded.</param>
    /// <param name="halfLife">Number of items after which an earlier one counts half.</param>
    public void Add(ItemHistory history, int end, double halfLife) => Add(history, end, halfLife, dropout: 0, Random.Shared);

    /// <summary>Adds a row from which random items, but never all, are excluded.</summary>
    public void Add(ItemHistory history, int end, double halfLife, double dropout, Random random)
    {
        int first = _items.Count;
        _offsets.Add(first);
        int earliest = Math.Max(0, end - (int)(Reach * halfLife));
        int spared = dropout > 0 ? random.Next(earliest, end) : earliest;
        double squares = 0;
        for (int i = earliest; i < end; i++)
        {
            if (dropout > 0 && i != spared && random.NextDouble() < dropout) continue;
            double weight = history.Weights[i] * ItemHistory.Recency(i, end, halfLife);
            _items.Add(history.Items[i]);
            _weights.Add((float)weight);
            squares += weight * weight;
        }

        float length = (float)Math.Sqrt(squares);
        for (int i = first; i < _weights.Count; i++) _weights[i] /= length;
    }

    /// <summary>Returns the bags as tensors: the items of all bags, where each begins, and the weights of the items.</summary>
    public Bags ToTensors(Device device) => new(tensor(_items, device: device), tensor(_offsets, device: device), tensor(_weights, device: device));

    /// <summary>Returns the different items, and for each item of the bags its place among them.</summary>
    public (long[] Items, long[] Places) Distinct()
    {
        var places = new Dictionary<long, long>();
        long[] own = new long[_items.Count];
        for (int i = 0; i < own.Length; i++)
        {
            if (!places.TryGetValue(_items[i], out own[i])) places.Add(_items[i], own[i] = places.Count);
        }

        return ([.. places.Keys], own);
    }
}

/// <summary>Bags of items as an embedding bag reads them.</summary>
/// <param name="Items">Item indexes of all bags, one bag after the other, <c>[entries]</c>.</param>
/// <param name="Offsets">Where each bag begins, <c>[bags]</c>.</param>
/// <param name="Weights"><c>[entries]</c>.</param>
internal readonly record struct Bags(Tensor Items, Tensor Offsets, Tensor Weights);
