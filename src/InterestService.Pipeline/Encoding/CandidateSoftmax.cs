using InterestService.Pipeline.Preprocessing;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>
/// The multinomial likelihood of some users' items, over a bounded set of candidates: all items of the batch and, when the
/// catalogue is larger than the bound, a uniform sample of the others. A sampled item stands for as many as were left out
/// beside it, which makes the partition sum an unbiased estimate (Horvitz and Thompson, 1952).
/// </summary>
internal sealed class CandidateSoftmax
{
    private readonly long[] _candidates;
    private readonly float[] _logMultiplicity;
    private readonly long[] _cells;
    private readonly float[] _targets;
    private readonly int _rows;

    /// <param name="set">Where the users' items come from.</param>
    /// <param name="users">The users of the batch.</param>
    /// <param name="limit">Most candidates, unless the batch itself has more items.</param>
    /// <param name="random">Draws the sample.</param>
    public CandidateSoftmax(InteractionSet set, int[] users, int limit, Random random)
    {
        _rows = users.Length;
        int[] position = new int[set.ItemCount];
        Array.Fill(position, -1);
        var candidates = new List<long>();
        void Include(int item)
        {
            if (position[item] >= 0) return;
            position[item] = candidates.Count;
            candidates.Add(item);
        }

        foreach (int user in users)
            foreach (int item in set.ColumnsOf(user)) Include(item);
        int own = candidates.Count, others = set.ItemCount - own, sampled = Math.Clamp(limit - own, 0, others);
        if (sampled == others)
            for (int item = 0; item < set.ItemCount; item++) Include(item);
        else
            while (candidates.Count < own + sampled) Include(random.Next(set.ItemCount));

        _candidates = [.. candidates];
        _logMultiplicity = new float[_candidates.Length];
        if (sampled > 0) _logMultiplicity.AsSpan(own).Fill((float)Math.Log((double)others / sampled));

        var cells = new List<long>();
        var targets = new List<float>();
        for (int row = 0; row < users.Length; row++)
        {
            var weights = set.WeightsOf(users[row]);
            var columns = set.ColumnsOf(users[row]);
            double sum = 0;
            foreach (float weight in weights) sum += weight;
            for (int i = 0; i < columns.Length; i++)
            {
                cells.Add((long)row * _candidates.Length + position[columns[i]]);
                targets.Add((float)(weights[i] / sum));
            }
        }

        (_cells, _targets) = ([.. cells], [.. targets]);
    }

    /// <summary>Mean negative log likelihood of the users' items, in nats an event.</summary>
    /// <param name="network">Decodes.</param>
    /// <param name="vectors"><c>[batch x dimensions]</c>.</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(AutoencoderNetwork network, Tensor vectors)
    {
        Device device = vectors.device;
        var logits = network.Decode(vectors, tensor(_candidates, device: device));                 // [batch x candidates]
        var partition = (logits + tensor(_logMultiplicity, device: device)).logsumexp(1);           // [batch]
        var hits = logits.flatten().index_select(0, tensor(_cells, device: device));                // [interactions]
        return partition.mean() - (hits * tensor(_targets, device: device)).sum() / _rows;
    }
}
