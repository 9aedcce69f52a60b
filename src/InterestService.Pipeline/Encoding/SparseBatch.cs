using InterestService.Pipeline.Preprocessing;
using static TorchSharp.torch;

namespace InterestService.Pipeline.Encoding;

/// <summary>Some users' rows of an <see cref="InteractionSet"/> as one bag, each row of unit length.</summary>
internal sealed class SparseBatch
{
    private readonly List<long> _items = [];
    private readonly List<float> _weights = [];
    private readonly long[] _offsets;

    /// <param name="set">Where the rows come from.</param>
    /// <param name="users">Which rows, in this order.</param>
    /// <param name="dropout">Part of the entries left out, at random; the others grow by as much.</param>
    /// <param name="random">Not drawn from when <paramref name="dropout"/> is 0.</param>
    public SparseBatch(InteractionSet set, int[] users, double dropout, Random random)
    {
        _offsets = new long[users.Length];
        for (int row = 0; row < users.Length; row++)
        {
            _offsets[row] = _items.Count;
            var columns = set.ColumnsOf(users[row]);
            var weights = set.WeightsOf(users[row]);
            float scale = (float)((1 - dropout) * Norm(weights));
            for (int i = 0; i < columns.Length; i++)
            {
                if (dropout > 0 && random.NextDouble() < dropout) continue;
                _items.Add(columns[i]);
                _weights.Add(weights[i] / scale);
            }
        }
    }

    /// <returns><c>[batch x dimensions]</c>, not normalised.</returns>
    public Tensor Encode(AutoencoderNetwork network, Device device) => network.Encode(
        tensor(_items, device: device), tensor(_offsets, device: device), tensor(_weights, device: device));

    private static double Norm(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights) sum += (double)weight * weight;
        return Math.Sqrt(sum);
    }
}
