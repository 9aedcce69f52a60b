namespace InterestService.Pipeline.Numerics;

/// <summary>Number of points that each pair of groups of two partitions has in common; the input of indices of agreement.</summary>
public sealed class ContingencyTable
{
    /// <param name="cells">Number of points of each pair of groups that is not empty; every pair once.</param>
    public ContingencyTable(IEnumerable<(int First, int Second, long Points)> cells)
    {
        var first = new Dictionary<int, long>();
        var second = new Dictionary<int, long>();
        var both = new List<long>();
        foreach (var cell in cells)
        {
            both.Add(cell.Points);
            first[cell.First] = first.GetValueOrDefault(cell.First) + cell.Points;
            second[cell.Second] = second.GetValueOrDefault(cell.Second) + cell.Points;
        }

        (Both, First, Second, Points) = (both, first.Values, second.Values, both.Sum());
    }

    /// <summary>Sizes of the cells that are not empty.</summary>
    public IReadOnlyCollection<long> Both { get; }

    /// <summary>Sizes of the first partition's groups.</summary>
    public IReadOnlyCollection<long> First { get; }

    /// <summary>Sizes of the second partition's groups.</summary>
    public IReadOnlyCollection<long> Second { get; }

    /// <summary>Number of points.</summary>
    public long Points { get; }

    /// <summary>Creates the table of two partitions.</summary>
    /// <param name="first">Group of each point, <c>[points]</c>.</param>
    /// <param name="second">Group of each point, <c>[points]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ContingencyTable Create(int[] first, int[] second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Length != second.Length)
            throw new ArgumentException($"There are {first.Length} labels in one partition and {second.Length} in the other.");
        return new ContingencyTable(
            first.Zip(second).CountBy(pair => pair).Select(cell => (cell.Key.First, cell.Key.Second, (long)cell.Value)));
    }
}
