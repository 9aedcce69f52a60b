using InterestService.Pipeline.Preprocessing;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// The multinomial likelihood of the items that belong to some vectors, over a bounded set of candidates: those items and,
/// when the catalogue is larger than the bound, a uniform sample of the others. A sampled item stands for as many as were left
/// out beside it, which makes the partition sum an unbiased estimate (Horvitz and Thompson, 1952).
/// </summary>
internal sealed class CandidateSoftmax
{
    private readonly int[] _position;
    private readonly List<long> _candidates = [];
    private readonly float[] _logMultiplicity;
    private readonly List<long> _cells = [];
    private readonly List<float> _weights = [];

    /// <param name="itemCount">Size of the catalogue.</param>
    /// <param name="targets">The items that belong to each row, in the order of rows, and their weights, which sum to 1 in a row.</param>
    /// <param name="limit">Most candidates, unless the targets themselves are more.</param>
    /// <param name="random">Draws the sample.</param>
    public CandidateSoftmax(int itemCount, IReadOnlyCollection<(int Row, int Item, float Weight)> targets, int limit, Random random)
    {
        _position = new int[itemCount];
        Array.Fill(_position, -1);
        foreach (var target in targets) Include(target.Item);
        int own = _candidates.Count, others = itemCount - own, sampled = Math.Clamp(limit - own, 0, others);
        if (sampled == others)
            for (int item = 0; item < itemCount; item++) Include(item);
        else
            while (_candidates.Count < own + sampled) Include(random.Next(itemCount));

        _logMultiplicity = new float[_candidates.Count];
        if (sampled > 0) _logMultiplicity.AsSpan(own).Fill((float)Math.Log((double)others / sampled));
        int rows = targets.Max(target => target.Row) + 1;
        foreach (var (row, item, weight) in targets)
        {
            _cells.Add((long)row * _candidates.Count + _position[item]);
            _weights.Add(weight / rows);
        }
    }

    /// <summary>The items of some users, each weighted by its part of the user's sum.</summary>
    public static CandidateSoftmax OfUsers(InteractionSet set, int[] users, int limit, Random random)
    {
        var targets = new List<(int, int, float)>();
        for (int row = 0; row < users.Length; row++)
        {
            var columns = set.ColumnsOf(users[row]);
            var weights = set.WeightsOf(users[row]);
            double sum = 0;
            foreach (float weight in weights) sum += weight;
            for (int i = 0; i < columns.Length; i++) targets.Add((row, columns[i], (float)(weights[i] / sum)));
        }

        return new CandidateSoftmax(set.ItemCount, targets, limit, random);
    }

    /// <summary>Mean negative log likelihood of the rows' items, in nats an event.</summary>
    /// <param name="vectors"><c>[rows x dimensions]</c>.</param>
    /// <param name="items">An output vector for each item, <c>[items x dimensions]</c>.</param>
    /// <param name="bias"><c>[items]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor vectors, Tensor items, Tensor bias)
    {
        Device device = vectors.device;
        var candidates = tensor(_candidates, device: device);
        var candidateBias = bias.index_select(0, candidates) + tensor(_logMultiplicity, device: device);
        var logits = nn.functional.linear(vectors, items.index_select(0, candidates), candidateBias);  // [rows x candidates]
        // A target's own multiplicity is 1, so that only the partition sum is corrected.
        var hits = logits.log_softmax(1).flatten().index_select(0, tensor(_cells, device: device));      // [targets]
        return -hits.dot(tensor(_weights, device: device));
    }

    private void Include(int item)
    {
        if (_position[item] >= 0) return;
        _position[item] = _candidates.Count;
        _candidates.Add(item);
    }
}
