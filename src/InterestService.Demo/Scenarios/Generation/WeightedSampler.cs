namespace InterestService.Demo.Scenarios.Generation;

/// <summary>Draws an index with probability proportional to its weight, by binary search in the running sums.</summary>
internal sealed class WeightedSampler
{
    private readonly double[] _sums;

    /// <param name="weights">Not negative, and not all zero.</param>
    /// <exception cref="ArgumentException">All weights are zero.</exception>
    public WeightedSampler(IEnumerable<double> weights)
    {
        double sum = 0;
        _sums = [.. weights.Select(weight => sum += weight)];
        if (!(sum > 0)) throw new ArgumentException("All weights are zero.", nameof(weights));
    }

    public int Draw(Random random)
    {
        double target = random.NextDouble() * _sums[^1];
        int low = 0, high = _sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_sums[middle] > target) high = middle;
            else low = middle + 1;
        }

        return low;
    }
}
